import { afterAll, beforeAll, describe } from "vitest";
import { describeTransport } from "@hpckit/transport/testing";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";

describe("over a real SSH server", () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd({ account: "guest", homeFiles: {} });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describeTransport("ssh as an ordinary user", () => sshTo(server), { reachesThisMachine: true });
});
