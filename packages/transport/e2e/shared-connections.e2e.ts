import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import type { ConnectionOptions, Logger, TransportEvent } from "@hpckit/transport";
import { describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { systemSshTo } from "./over-system-ssh.js";
import { isAlive, untilWritten } from "./remote-processes.js";

/** What one transport tells, of its connection and its logins. */
function listening(): { readonly logger: Logger; readonly told: () => readonly string[] } {
  const events: TransportEvent[] = [];
  const take = (event: TransportEvent): void => void events.push(event);
  const told = (): readonly string[] =>
    events.filter(({ kind }) => /^(?:connection|login)-(?!waiting)/.test(kind)).map((event) => `${event.kind}${"shared" in event && event.shared === true ? " (shared)" : ""}`);
  return { logger: { debug: take, info: take, warn: take, error: take }, told };
}

const close = (login: Transport): PromiseLike<void> => login[Symbol.asyncDispose]();
const goneWhenClosed = { code: "connection-lost", message: expect.stringContaining("has been closed") as unknown };

const ways: Readonly<Record<string, (server: Sshd, options?: ConnectionOptions) => Promise<Transport>>> = { ssh2: sshTo, "the system's ssh": systemSshTo };
for (const [name, connect] of Object.entries(ways)) {
  describe(`over ${name}, transports of the same options`, () => {
    it("share one login and one window, however many they are", async () => {
      await using server = await startSshd({ account: "guest", homeFiles: {} });
      const warnings: string[] = [];
      const hear = ({ message }: Error): void => void warnings.push(message);
      process.on("warning", hear);
      const logins = await Promise.all(Array.from({ length: 12 }, () => connect(server, { maxChannels: 2 })));
      const counting = (login: Transport): Promise<unknown> => login.exec(["sh", "-c", "echo 1 >>log; sleep 0.1; echo -1 >>log"], { check: true });
      await Promise.all(logins.map(counting));
      let running = 0;
      const atATime = (await readFile(join(server.home, "log"), "utf8")).trim().split("\n").map((change) => (running += Number(change)));
      expect([Math.max(...atATime), running, atATime.length]).toEqual([2, 0, 24]);
      for (const login of logins) await close(login);
      process.off("warning", hear);
      expect(server.loginTimesMs).toHaveLength(1);
      expect(warnings).toEqual([]);
    });

    it("end what is their own when they are closed, and the last one ends the connection", async () => {
      await using server = await startSshd({ account: "guest", homeFiles: {} });
      const [maker, other] = [await connect(server), await connect(server)];
      const staying = (login: Transport, file: string): Promise<unknown> => login.exec(["sh", "-c", `echo $$ >${file}; exec sleep 300`]);
      const ended = expect(staying(maker, "mine")).rejects.toMatchObject(goneWhenClosed);
      const leftRunning = expect(staying(other, "other")).rejects.toMatchObject(goneWhenClosed);
      const [mine, others] = await Promise.all(["mine", "other"].map((file) => untilWritten(join(server.home, file))));
      const ticks = other.stream(["sh", "-c", "while echo tick; do sleep 0.05; done"])[Symbol.asyncIterator]();
      const through = await Promise.all([maker, other].map((login) => login.connect({ host: server.host, port: server.port })));
      await close(maker);
      await ended;
      expect(through.map(({ destroyed }) => destroyed)).toEqual([true, false]);
      for (let times = 0; times < 5; times++) expect((await ticks.next()).value).toContain("tick");
      await ticks.return?.();
      expect([mine, others].map((pid) => isAlive(pid ?? 0))).toEqual([false, true]);
      await expect(maker.exec(["true"])).rejects.toMatchObject(goneWhenClosed);
      await close(maker);
      expect((await other.exec(["true"])).ok).toBe(true);
      expect(server.loginTimesMs).toHaveLength(1);
      await close(other);
      await leftRunning;
      await using anew = await connect(server);
      expect((await anew.exec(["true"])).ok).toBe(true);
      await expect.poll(() => server.loginTimesMs).toHaveLength(2);
    });

    it("come back with one login after a lost connection, and each tells it, one of them as its own", async () => {
      await using server = await startSshd({ account: "guest", homeFiles: {} });
      const ears = [listening(), listening(), listening()] as const;
      const reconnect = { firstPauseMs: 50 };
      const one = await connect(server, { reconnect, logger: ears[0].logger });
      const other = await connect(server, { reconnect, logger: ears[1].logger });
      const running = [one, other].map((login) => login.stream(["sh", "-c", "echo; exec sleep 300"])[Symbol.asyncIterator]());
      await Promise.all(running.map((pieces) => pieces.next()));
      await server.kill();
      for (const pieces of running) await expect(pieces.next()).rejects.toMatchObject({ code: "connection-lost" });
      await server.restart();
      // Who comes now waits for the same login.
      const [late] = await Promise.all([connect(server, { reconnect, logger: ears[2].logger }), one.exec(["true"], { check: true }), other.exec(["true"], { check: true })]);
      expect((await late.exec(["true"])).ok).toBe(true);
      await expect.poll(() => server.loginTimesMs).toHaveLength(2);
      for (const login of [one, other, late]) await close(login);
      const whole = ["connection-opening", "login-ended", "connection-opened"];
      const shared = (kinds: readonly string[]): readonly string[] => kinds.map((kind) => `${kind} (shared)`);
      expect(ears[0].told()).toEqual([...whole, "connection-lost", ...whole, "connection-closed (shared)"]);
      expect(ears[1].told()).toEqual(shared(["connection-opening", "connection-opened", "connection-lost", ...whole, "connection-closed"]));
      expect(ears[2].told()).toEqual([...shared(whole), "connection-closed"]);
    });

    it("have a connection of their own where that is wanted", async () => {
      await using server = await startSshd();
      const logins = [await connect(server), await connect(server, { ownConnection: true }), await connect(server, { ownConnection: true })];
      await expect.poll(() => server.loginTimesMs).toHaveLength(3);
      for (const login of logins) await close(login);
    });
  });
}
