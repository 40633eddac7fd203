import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { startSshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { systemSshTo } from "./over-system-ssh.js";

const own = { ownConnection: true };
const closeAll = async (logins: readonly Transport[]): Promise<unknown> => Promise.all(logins.map((login) => login[Symbol.asyncDispose]()));

describe("manners", () => {
  it("open many transports at once to a server that drops logins, one after the other and with none dropped", async () => {
    await using server = await startSshd({ config: ["MaxStartups 2:90:4", "LogLevel VERBOSE"] });
    const logins = await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? systemSshTo(server, own) : sshTo(server, own))));
    try {
      const results = await Promise.all(logins.map((login, index) => login.exec(["echo", String(index)])));
      expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 12 }, (_, index) => index));
      expect(server.loginTimesMs).toHaveLength(12);
      expect(server.log()).not.toMatch(/drop connection|beginning MaxStartups/);
    } finally {
      await closeAll(logins);
    }
  });

  it("keep to four logins a minute without being told, over all ways to the same account", async () => {
    await using server = await startSshd();
    const polite = { ...own, manners: undefined };
    const logins = [await sshTo(server, polite), await systemSshTo(server, polite), await sshTo(server, polite), await sshTo(server, polite)];
    try {
      const late = { name: "TimeoutError", message: expect.stringContaining("it waited for its turn to log in to") as unknown };
      await expect(sshTo(server, { ...polite, connectTimeoutMs: 500 })).rejects.toMatchObject(late);
      await expect(systemSshTo(server, { ...polite, connectTimeoutMs: 500 })).rejects.toMatchObject(late);
      await expect(sshTo(server, { ...polite, signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: "AbortedError" });
      await delay(200);
      expect(server.loginTimesMs).toHaveLength(4);
      logins.push(await sshTo(server, { manners: { loginsPerMinute: 5 } }));
    } finally {
      await closeAll(logins);
    }
  });

  it("say that a login waits to who has neither asked for it nor listens", async () => {
    await using server = await startSshd();
    const warnings: string[] = [];
    const hear = ({ message }: Error): void => void warnings.push(message);
    process.on("warning", hear);
    const logins = await Promise.all(Array.from({ length: 4 }, () => sshTo(server, { ...own, manners: undefined })));
    try {
      const late = { connectTimeoutMs: 300 };
      const heard = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
      for (const quiet of [{ manners: { loginsPerMinute: 4 } }, { manners: undefined, logger: heard }]) await expect(sshTo(server, { ...quiet, ...late })).rejects.toMatchObject({ name: "TimeoutError" });
      expect(warnings).toEqual([]);
      for (let times = 0; times < 2; times++) await expect(sshTo(server, { manners: undefined, ...late })).rejects.toMatchObject({ name: "TimeoutError" });
      expect(warnings).toEqual([expect.stringMatching(/this login waits \d+ s, .* 4 times a minute at most \(manners\.loginsPerMinute\)/)]);
    } finally {
      process.off("warning", hear);
      await closeAll(logins);
    }
  });

  it("do not count a login for which a file was missing here", async () => {
    await using server = await startSshd();
    const fails = (changes: Parameters<typeof sshTo>[1], message: string): Promise<void> =>
      expect(sshTo(server, { manners: undefined, ...changes })).rejects.toMatchObject({ message: expect.stringContaining(message) as unknown });
    for (let times = 0; times < 3; times++) {
      await fails({ privateKey: { file: `${server.folder}/nothing` } }, "cannot be read");
      await fails({ privateKey: { file: `${server.privateKeyFile}.pub` } }, "this is a public key");
      await fails({ knownHosts: { file: "/dev/null" } }, "is not known");
    }
    await using login = await sshTo(server, { manners: undefined, connectTimeoutMs: 5_000 });
    expect((await login.exec(["true"])).ok).toBe(true);
  });

  it("keep to the commands of a minute, counting a batch as one, and those of other transports too", async () => {
    await using server = await startSshd();
    const manners = { loginsPerMinute: Infinity, commandsPerMinute: 6 };
    await using login = await sshTo(server, { manners });
    await using other = await systemSshTo(server, { manners });
    await login.exec(["true"]);
    await other.batch(Array.from({ length: 20 }, () => ["true"]));
    await login.stat("/");
    await other.exec(["true"]);
    // Each transport has looked once at where it came to, so that makes six.
    await expect(login.exec(["true"], { timeoutMs: 500 })).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(other.exec(["true"], { timeoutMs: 500 })).rejects.toMatchObject({ name: "TimeoutError", message: expect.stringContaining("at most 6 commands a minute") as unknown });
    await using free = await sshTo(server);
    expect((await free.exec(["true"])).ok).toBe(true);
  });
});
