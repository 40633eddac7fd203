import { describeTransport } from "../testing/describe-transport.js";
import { connectLocal } from "./connect-local.js";

describeTransport("this machine", () => connectLocal(), { reachesThisMachine: true });
