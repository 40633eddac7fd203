import { afterAll, beforeAll, describe } from "vitest";
import { describeTransport } from "@hpckit/transport/testing";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { systemSshTo } from "./over-system-ssh.js";

describe("over the system's ssh", () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd({ account: "guest", homeFiles: {} });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describeTransport("the system's ssh as an ordinary user", () => systemSshTo(server), { reachesThisMachine: true });
});
