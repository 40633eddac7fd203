import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectSystemSsh } from "@hpckit/transport";
import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { loginOf, sshTo } from "./over-sshd.js";

describe("manners on a way over a jump host", () => {
  let one: Sshd;
  let other: Sshd;
  beforeAll(async () => {
    [one, other] = await Promise.all([startSshd(), startSshd()]);
  });
  afterAll(async () => {
    for (const server of [one, other]) await server[Symbol.asyncDispose]();
  });

  const systemOver = async (gate: Sshd, target: Sshd, manners = { loginsPerMinute: Infinity }): Promise<Transport> => {
    const block = (name: string, to: Sshd): string => `Host ${name}\n HostName 127.0.0.1\n Port ${to.port}\n IdentityFile ${to.privateKeyFile}\n UserKnownHostsFile ${to.knownHostsFile}\n`;
    const file = join(target.folder, "config");
    await writeFile(file, `${block("target", target)} ProxyJump gate\n${block("gate", gate)}`);
    return connectSystemSsh({ host: "target", config: { file }, manners, ownConnection: true });
  };

  it("hold for its account as for that of the target, and a target that does not answer does not free the way", async () => {
    const gate = await startSshd();
    const nowhere = { ...loginOf(one), port: 1, hostKeys: ["SHA256:" + "A".repeat(43)], knownHosts: undefined };
    const manners = { loginsPerMinute: 2 };
    for (let times = 0; times < 2; times++) await expect(sshTo(one, { ...nowhere, jump: loginOf(gate), manners })).rejects.toMatchObject({ code: "connection-refused" });
    const late = { name: "TimeoutError", message: expect.stringContaining(`its turn to log in to ${gate.user}@127.0.0.1:${gate.port} (one login at a time, at most 2 a minute`) as unknown };
    await expect(sshTo(one, { jump: loginOf(gate), manners, connectTimeoutMs: 500 })).rejects.toMatchObject(late);
    await expect(sshTo(gate, { manners, connectTimeoutMs: 500 })).rejects.toMatchObject(late);
    expect(gate.loginTimesMs).toHaveLength(2);
    await gate[Symbol.asyncDispose]();
  });

  it("let nobody wait for one who waits for them, though ways cross", async () => {
    const ways = [() => sshTo(one, { jump: loginOf(other), ownConnection: true }), () => sshTo(other, { jump: loginOf(one), ownConnection: true }), () => systemOver(one, other), () => systemOver(other, one)];
    const logins = await Promise.all([...ways, ...ways].map((connect) => connect()));
    for (const login of logins) await login[Symbol.asyncDispose]();
    expect([one.loginTimesMs.length, other.loginTimesMs.length]).toEqual([8, 8]);
  });
});
