import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createConnection, createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { ConnectionOptions } from "@hpckit/transport";
import type { ConnectAddress, Transport } from "@hpckit/core";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { systemSshTo } from "./over-system-ssh.js";

const soonMs = 2_000;
/** Short pauses, to have short tests. */
const hasty = { firstPauseMs: 50, longestPauseMs: 2_000, failuresToOpen: 5 };

const ways: Readonly<Record<string, (server: Sshd, options?: ConnectionOptions) => Promise<Transport>>> = { ssh2: sshTo, "the system's ssh": systemSshTo };
for (const [name, connect] of Object.entries(ways)) {
  describe(`over ${name}, a transport whose connection was lost`, () => {
    it("fails what had begun, begins what had not, and goes on working with one more login", async () => {
      await using server = await startSshd();
      await using login = await connect(server, { maxChannels: 1, reconnect: hasty });
      const file = join(server.folder, "begun");
      const running = expect(login.exec(["sh", "-c", 'echo begun >>"$1"; exec sleep 300', "sh", file])).rejects.toMatchObject({ code: "connection-lost" });
      await expect.poll(() => readFile(file, "utf8").catch(() => "")).toBe("begun\n");
      const waiting = [login.exec(["echo", "1"]), login.exec(["echo", "2"])];
      await server.kill();
      await server.restart();
      await running;
      expect((await Promise.all(waiting)).map(({ stdout }) => stdout)).toEqual(["1\n", "2\n"]);
      expect((await login.batch([["echo", "3"], ["echo", "4"]])).map(({ stdout }) => stdout)).toEqual(["3\n", "4\n"]);
      const connection = await login.connect({ host: "127.0.0.1", port: server.port });
      connection.on("error", () => undefined).destroy();
      expect(await readFile(file, "utf8")).toBe("begun\n");
      await expect.poll(() => server.loginTimesMs).toHaveLength(2);
    });

    it("ends what goes through it with an error, not as if all had been said; one that is closed ends it without", async () => {
      await using server = await startSshd();
      const talking = (): Server => createServer((socket) => void socket.on("error", () => undefined).write("the beginning"));
      const [onPort, onPath] = [talking().listen(0, "127.0.0.1"), talking().listen(join(server.folder, "socket"))];
      try {
        for (const each of [onPort, onPath]) if (!each.listening) await once(each, "listening");
        await using login = await connect(server, { reconnect: false });
        const addresses: readonly ConnectAddress[] = [{ host: "127.0.0.1", port: (onPort.address() as AddressInfo).port }, { socketPath: join(server.folder, "socket") }];
        const connections = await Promise.all(addresses.map((address) => login.connect(address)));
        const read = connections.map((connection) => expect(text(connection)).rejects.toMatchObject({ code: "connection-lost" }));
        await server.kill();
        await Promise.all(read);

        await server.restart();
        const closing = await connect(server);
        const left = await Promise.all(addresses.map((address) => closing.connect(address)));
        await closing[Symbol.asyncDispose]();
        // Nobody listens for an error: one would end this program.
        expect(left.map(({ destroyed, errored }) => ({ destroyed, errored }))).toEqual(left.map(() => ({ destroyed: true, errored: null })));
      } finally {
        onPort.close();
        onPath.close();
      }
    });

    it("tells calls at once that the server is gone, and when the next try is made, and works again after that", async () => {
      await using server = await startSshd();
      await using login = await connect(server, { reconnect: hasty });
      await server.kill();
      const gone = { code: "connection-refused", retryable: true, message: expect.stringMatching(/nothing listens there; 5 tries in a row have failed, and the next one is made by the first call in [12] s or later/) as unknown };
      await Promise.all([expect(login.exec(["true"])).rejects.toMatchObject(gone), expect(login.stat("/")).rejects.toMatchObject(gone)]);
      await server.restart();
      const askedAt = performance.now();
      const refusal = await login.exec(["true"]).catch((error: unknown) => error as { readonly detail: { readonly nextTryInMs: number } });
      expect(performance.now() - askedAt).toBeLessThan(500);
      const { nextTryInMs } = (refusal as { readonly detail: { readonly nextTryInMs: number } }).detail;
      expect(nextTryInMs).toBeLessThanOrEqual(hasty.longestPauseMs);
      await new Promise((resolve) => setTimeout(resolve, nextTryInMs));
      expect((await login.exec(["true"])).ok).toBe(true);
      await expect.poll(() => server.loginTimesMs).toHaveLength(2);
    });

    it("comes back to a server that drops logins, as soon as it has room", async () => {
      await using server = await startSshd({ config: ["MaxStartups 2:100:2"] });
      await using login = await connect(server, { reconnect: { ...hasty, failuresToOpen: 1_000 } });
      await server.kill();
      await server.restart();
      const others = [1, 2].map(() => createConnection({ host: server.host, port: server.port }));
      await Promise.all(others.map((socket) => new Promise((resolve) => socket.once("data", resolve))));
      const again = login.exec(["echo", "again"]);
      await expect.poll(() => server.log(), { timeout: 10_000 }).toContain("beginning MaxStartups throttling");
      for (const socket of others) socket.destroy();
      expect((await again).stdout).toBe("again\n");
      await expect.poll(() => server.loginTimesMs).toHaveLength(2);
    });

    it("never signs in again to a server whose key has changed", async () => {
      await using server = await startSshd();
      await using login = await connect(server, { reconnect: hasty });
      const known = await readFile(server.knownHostsFile, "utf8");
      const other = join(server.folder, "other");
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", other]);
      await server.kill();
      await writeFile(server.knownHostsFile, `[127.0.0.1]:${server.port} ${await readFile(`${other}.pub`, "utf8")}`);
      await server.restart();
      const refused = { code: "host-key-refused", retryable: false, message: expect.stringContaining("once that is mended, connect anew") as unknown };
      await expect(login.exec(["true"])).rejects.toMatchObject(refused);
      await writeFile(server.knownHostsFile, known);
      await expect(login.exec(["true"])).rejects.toMatchObject(refused);
      expect(server.loginTimesMs).toHaveLength(1);
      await using anew = await connect(server);
      expect((await anew.exec(["true"])).ok).toBe(true);
    });

    it("never offers a key again that the server has refused", async () => {
      await using server = await startSshd({ config: ["LogLevel VERBOSE"] });
      await using login = await connect(server, { reconnect: hasty });
      await writeFile(join(server.folder, "authorized_keys"), "");
      await server.kill();
      await server.restart();
      const seen = (): number => server.log().split("Connection from").length;
      const before = seen();
      for (let count = 0; count < 3; count++) await expect(login.exec(["true"])).rejects.toMatchObject({ code: "authentication-failed", retryable: false });
      expect(seen()).toBe(before + 1);
    });

    it("is closed at once, also while it connects again", async () => {
      await using server = await startSshd();
      const login = await connect(server, { reconnect: { firstPauseMs: 60_000, longestPauseMs: 60_000 } });
      await server.kill();
      const waiting = expect(login.exec(["true"])).rejects.toMatchObject({ code: "connection-lost", message: expect.stringContaining("has been closed") as unknown });
      await expect(login.exec(["true"], { timeoutMs: 300 })).rejects.toMatchObject({ name: "TimeoutError", message: expect.stringContaining("it waited for a new connection to 127.0.0.1") as unknown });
      const closedAt = performance.now();
      await login[Symbol.asyncDispose]();
      await waiting;
      expect(performance.now() - closedAt).toBeLessThan(soonMs);
    });
  });
}
