import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { secret, type Secret, type Transport } from "@hpckit/core";
import { asUser, connectSystemSsh, type ConnectionOptions, type Logger, type SshOptions, type TransportEvent } from "@hpckit/transport";
import { execa } from "execa";
import { describe, expect, it, vi } from "vitest";
import { openFaultGround, type FaultGround } from "../../../tools/soak/transport/fault-ground.js";
import { service, startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { systemSshTo } from "./over-system-ssh.js";
import { startAgent } from "./start-agent.js";

type Options = ConnectionOptions & { readonly signal?: AbortSignal };

/** Both ways through a wire that can be held. */
const overWire: Readonly<Record<string, (ground: FaultGround, options?: Options) => Promise<Transport>>> = {
  ssh2: (ground, options) => ground.login(options),
  "the system's ssh": ({ wire, server, knownHostsFile }, options) =>
    connectSystemSsh({
      host: wire.host,
      port: wire.port,
      user: server.user,
      config: "none",
      options: { UserKnownHostsFile: knownHostsFile, GlobalKnownHostsFile: "none", IdentityFile: server.privateKeyFile, IdentitiesOnly: "yes" },
      manners: { loginsPerMinute: Infinity },
      ...options,
    }),
};

for (const [name, connect] of Object.entries(overWire)) {
  describe(`a first login over ${name} that several wait for`, () => {
    it("goes on for the others when the one who began it gives up, and ends when nobody waits any more", async () => {
      await using ground = await openFaultGround();
      const [first, second] = [new AbortController(), new AbortController()];
      ground.wire.freeze();
      const leaving = connect(ground, { signal: first.signal });
      const staying = connect(ground);
      await expect.poll(() => ground.wire.connections).toBe(1);
      first.abort();
      await expect(leaving).rejects.toMatchObject({ name: "AbortedError", message: `${ground.wire.host}: aborted by the caller` });
      ground.wire.thaw();
      await using login = await staying;
      expect((await login.exec(["true"])).ok).toBe(true);
      expect(ground.wire.connections).toBe(1);
      await login[Symbol.asyncDispose]();

      ground.wire.freeze();
      const both = [connect(ground, { signal: second.signal }), connect(ground, { signal: second.signal })];
      await expect.poll(() => ground.wire.connections).toBe(2);
      second.abort();
      for (const each of both) await expect(each).rejects.toMatchObject({ name: "AbortedError" });
      ground.wire.thaw();
      await using anew = await connect(ground);
      expect((await anew.exec(["true"])).ok).toBe(true);
      expect([ground.wire.connections, ground.server.loginTimesMs.length]).toEqual([3, 2]);
    });

    it("fails for all of them at once, and is made anew by the next", async () => {
      await using ground = await openFaultGround();
      const keys = join(ground.server.folder, "authorized_keys");
      const known = await readFile(keys);
      await writeFile(keys, "");
      const refused = { code: "authentication-failed" };
      await Promise.all([1, 2, 3].map(() => expect(connect(ground)).rejects.toMatchObject(refused)));
      expect(ground.wire.connections).toBe(1);
      await writeFile(keys, known);
      await using login = await connect(ground);
      expect((await login.exec(["true"])).ok).toBe(true);
    });

    it("is another one for who comes after the connection was given up for good", async () => {
      await using ground = await openFaultGround();
      const keys = join(ground.server.folder, "authorized_keys");
      const known = await readFile(keys);
      await using one = await connect(ground, { reconnect: { firstPauseMs: 20 } });
      await using other = await connect(ground, { reconnect: { firstPauseMs: 20 } });
      await writeFile(keys, "");
      ground.wire.cut();
      for (const login of [one, other]) await expect(login.exec(["true"])).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining("connect anew") as unknown });
      await writeFile(keys, known);
      await using anew = await connect(ground, { reconnect: { firstPauseMs: 20 } });
      expect((await anew.exec(["true"])).ok).toBe(true);
      await expect(one.exec(["true"])).rejects.toMatchObject({ code: "authentication-failed" });
    });
  });
}

it("nobody comes to an account by the key of another, nor without one", async () => {
  await using server = await startSshd({ config: ["LogLevel VERBOSE"] });
  const other = join(server.folder, "other");
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", other]);
  await using first = await sshTo(server);
  await using system = await systemSshTo(server);
  const key = await readFile(server.privateKeyFile, "utf8");
  await using byText = await sshTo(server, { privateKey: { key: secret(key) } });
  await using shared = await sshTo(server, { privateKey: { key: secret(key) } });
  const refused = { code: "authentication-failed" };
  for (const privateKey of [{ file: other }, { key: secret(await readFile(other, "utf8")) }]) await expect(sshTo(server, { privateKey })).rejects.toMatchObject(refused);
  await expect(systemSshTo(server, { options: { IdentityFile: other } })).rejects.toMatchObject(refused);
  for (const login of [first, system, byText, shared]) expect((await login.exec(["true"])).ok).toBe(true);
  expect(server.loginTimesMs).toHaveLength(3);
});

it("nobody shares a connection that was made again in another environment", async () => {
  await using server = await startSshd({ config: ["LogLevel VERBOSE"] });
  const own = join(server.folder, "own");
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", own]);
  await appendFile(join(server.folder, "authorized_keys"), await readFile(`${own}.pub`));
  await using mine = await startAgent(join(server.folder, "mine"));
  await using others = await startAgent(join(server.folder, "others"));
  await mine.add(own);
  await others.add(server.privateKeyFile);
  const asMe = (): Promise<Transport> => sshTo(server, { privateKey: undefined, agent: {}, reconnect: { firstPauseMs: 20 } });
  const keysSeen = (): readonly (string | undefined)[] => [...server.log().matchAll(/Accepted publickey .* (SHA256:\S+)/g)].map(([, key]) => key);
  try {
    vi.stubEnv("SSH_AUTH_SOCK", mine.socketPath);
    await using first = await asMe();
    vi.stubEnv("SSH_AUTH_SOCK", others.socketPath);
    await server.kill();
    await server.restart();
    expect((await first.exec(["true"])).ok).toBe(true);
    vi.stubEnv("SSH_AUTH_SOCK", mine.socketPath);
    await using second = await asMe();
    expect((await second.exec(["true"])).ok).toBe(true);
    const [myKey, otherKey, lastKey] = keysSeen();
    expect(otherKey).not.toBe(myKey);
    expect(lastKey).toBe(myKey);
  } finally {
    vi.unstubAllEnvs();
  }
});

describe("a code that one person was asked for", () => {
  const once = (): { readonly asked: number[]; readonly answer: () => Promise<Secret> } => {
    const asked: number[] = [];
    return { asked, answer: async () => secret(`canary-code-${asked.push(1)}`) };
  };
  const started = (): Promise<Sshd> => startSshd({ account: "guest", codes: ["canary-code-1", "canary-code-2"], sudoers: [`hpckit-guest ALL=(${service.name}) NOPASSWD: /bin/sh`] });

  it("serves all who share the connection, and is seen in the events of none", async () => {
    await using server = await started();
    const events: TransportEvent[] = [];
    const take = (event: TransportEvent): void => void events.push(event);
    const logger: Logger = { debug: take, info: take, warn: take, error: take };
    const { asked, answer } = once();
    const options: Partial<SshOptions> = { privateKey: undefined, answer, reconnect: { firstPauseMs: 20 }, logger };
    const logins = await Promise.all([1, 2].map(() => sshTo(server, options)));
    logins.push(await sshTo(server, options));
    await Promise.all(logins.map((login) => login.exec(["echo", "canary-code-1"])));
    expect(asked).toHaveLength(1);
    expect(events.filter((event) => event.kind === "login-asked" && event.shared === undefined)).toHaveLength(1);
    await server.kill();
    await server.restart();
    await Promise.all(logins.map((login) => login.exec(["true"])));
    const ways = logins.flatMap((login) => [login, asUser(login, service.name)]);
    for (const each of ways) expect((await each.exec(["echo", "canary-code-2"])).stdout).toBe("canary-code-2\n");
    expect(asked).toHaveLength(2);
    expect(JSON.stringify(events)).not.toContain("canary");
    expect(new Set(events.map(({ transportId }) => transportId)).size).toBe(3);
    for (const login of logins) await login[Symbol.asyncDispose]();
  });

  it("serves nobody who answers in another way", async () => {
    await using server = await started();
    await using asking = await sshTo(server, { privateKey: undefined, answer: once().answer });
    expect((await asking.exec(["true"])).ok).toBe(true);
    await expect(sshTo(server, { privateKey: undefined, answer: async () => undefined })).rejects.toMatchObject({ code: "authentication-failed" });
  });
});
