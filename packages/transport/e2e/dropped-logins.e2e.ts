import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import type { ConnectionOptions } from "@hpckit/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { systemSshTo } from "./over-system-ssh.js";

/** How servers end a connection that they do not want, before a word of SSH. */
const drops: Readonly<Record<string, (socket: Socket) => void>> = {
  "closes it": (socket) => socket.end(),
  "resets it": (socket) => socket.resetAndDestroy(),
  "says why": (socket) => socket.end("Exceeded MaxStartups\r\n"),
};

describe("a first login that the server drops", () => {
  let known: Sshd;
  beforeAll(async () => {
    known = await startSshd();
  });
  afterAll(() => known[Symbol.asyncDispose]());

  const ways: Readonly<Record<string, (port: number, file: string, options: ConnectionOptions) => Promise<Transport>>> = {
    ssh2: (port, file, options) => sshTo(known, { ...options, port, knownHosts: { file } }),
    "the system's ssh": (port, file, options) => systemSshTo(known, { ...options, port, options: { UserKnownHostsFile: file } }),
  };
  for (const [way, connect] of Object.entries(ways)) {
    for (const [how, drop] of Object.entries(drops)) {
      it(`says so at once, and that it may be tried again, over ${way} where the server ${how}`, async () => {
        const server = createServer((socket) => drop(socket.on("error", () => undefined))).listen(0, "127.0.0.1");
        await once(server, "listening");
        try {
          const { port } = server.address() as AddressInfo;
          const file = join(known.folder, `known_hosts_${port}`);
          await writeFile(file, (await readFile(known.knownHostsFile, "utf8")).replaceAll(`:${known.port} `, `:${port} `));
          await expect(connect(port, file, { connectTimeoutMs: 5_000 })).rejects.toMatchObject({
            code: "connection-lost",
            retryable: true,
            message: expect.stringMatching(/the server hung up before it showed its key.*MaxStartups.*try again later\..*no SSH server$/) as string,
          });
        } finally {
          server.close();
        }
      });
    }
  }
});
