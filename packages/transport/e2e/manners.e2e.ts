import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { startSshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { systemSshTo } from "./over-system-ssh.js";

const closeAll = async (logins: readonly Transport[]): Promise<unknown> => Promise.all(logins.map((login) => login[Symbol.asyncDispose]()));

describe("manners", () => {
  it("open many transports at once to a server that drops logins, one after the other and with none dropped", async () => {
    await using server = await startSshd({ config: ["MaxStartups 2:90:4", "LogLevel VERBOSE"] });
    const logins = await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? systemSshTo(server) : sshTo(server))));
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
    const polite = { manners: undefined };
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
