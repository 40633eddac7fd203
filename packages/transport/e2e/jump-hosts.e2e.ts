import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { secret } from "@hpckit/core";
import { connectSsh, type SshHost } from "@hpckit/transport";
import { describeTransport } from "@hpckit/transport/testing";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { loginOf, sshTo } from "./over-sshd.js";

describe("through a jump host", () => {
  let gate: Sshd;
  let inner: Sshd;
  let target: Sshd;
  beforeAll(async () => {
    [gate, inner, target] = await Promise.all([startSshd(), startSshd(), startSshd({ account: "guest", homeFiles: {} })]);
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(gate.folder, "stranger")]);
  });
  afterAll(async () => {
    for (const server of [gate, inner, target]) await server[Symbol.asyncDispose]();
  });

  const hop = (server: Sshd, changes: Partial<SshHost> = {}): SshHost => ({ ...loginOf(server), ...changes });
  /** What a server has seen of whoever tried to sign in. */
  const heardOf = (server: Sshd): { accepted: number; tried: number } => ({
    accepted: server.log().split("Accepted ").length - 1,
    tried: server.log().split(/Failed|authenticating user/).length - 1,
  });
  const fileWith = async (name: string, text: string): Promise<{ readonly file: string }> => {
    await writeFile(join(gate.folder, name), text);
    return { file: join(gate.folder, name) };
  };
  /** Known hosts in which a server's key is another, revoked, or missing. */
  const mistrusting = async (server: Sshd): Promise<Readonly<Record<string, { readonly file: string }>>> => {
    const known = await readFile(server.knownHostsFile, "utf8");
    return {
      changed: await fileWith("changed", `[127.0.0.1]:${server.port} ${await readFile(join(gate.folder, "stranger.pub"), "utf8")}`),
      revoked: await fileWith("revoked", `${known}${known.replaceAll(/^\S+/gm, "@revoked *")}`),
      unknown: await fileWith("unknown", ""),
    };
  };

  describeTransport("ssh through a jump host", () => sshTo(target, { jump: hop(gate) }), { reachesThisMachine: true });

  it("reaches a host over two others, each by its own key and account", async () => {
    await using login = await sshTo(target, { jump: [hop(gate), hop(inner)] });
    expect(login.target).toMatchObject({ host: target.host, user: target.user });
    expect((await login.exec(["sh", "-c", "echo $SSH_CONNECTION"])).stdout).not.toBe("");
    expect((await login.exec(["id", "-un"])).stdout.trim()).toBe(target.user);
  });

  it("says nothing to a jump host whose key is changed, revoked or unknown, and does not reach the target at all", async () => {
    const asked: string[] = [];
    for (const [verdict, knownHosts] of Object.entries(await mistrusting(gate))) {
      const before = [heardOf(gate), heardOf(target)];
      const login = sshTo(target, { jump: hop(gate, { knownHosts, privateKey: undefined }), answer: async ({ host }) => (asked.push(host), secret("canary")) });
      await expect(login, verdict).rejects.toMatchObject({ code: "host-key-refused", detail: expect.objectContaining({ verdict, port: gate.port }) as object });
      await delay(100);
      expect([heardOf(gate), heardOf(target)]).toEqual(before);
    }
    expect(asked).toEqual([]);
  });

  it("says nothing to a target whose key is changed, revoked or unknown, though the jump host is trusted", async () => {
    const asked: string[] = [];
    for (const [verdict, knownHosts] of Object.entries(await mistrusting(target))) {
      const before = heardOf(target);
      const login = sshTo(target, { jump: hop(gate), knownHosts, privateKey: undefined, answer: async ({ host }) => (asked.push(host), secret("canary")) });
      await expect(login, verdict).rejects.toMatchObject({ code: "host-key-refused", detail: expect.objectContaining({ verdict, port: target.port }) as object });
      await delay(100);
      expect(heardOf(target)).toEqual(before);
    }
    expect(asked).toEqual([]);
  });

  it("does not take one host's key for another's: each stands in the known hosts by itself", async () => {
    const both = await fileWith("both", `${await readFile(gate.knownHostsFile, "utf8")}${await readFile(target.knownHostsFile, "utf8")}`);
    await using login = await sshTo(target, { knownHosts: both, jump: hop(gate, { knownHosts: undefined }) });
    expect((await login.exec(["true"])).ok).toBe(true);
    const gateAlone = { file: gate.knownHostsFile };
    await expect(sshTo(target, { knownHosts: gateAlone, jump: hop(gate, { knownHosts: undefined }) })).rejects.toMatchObject({ code: "host-key-refused", detail: { port: target.port } });
  });

  it("is a lost connection when the jump host dies, and leaves none to it when it is closed", async () => {
    const dying = await startSshd();
    const login = await sshTo(target, { jump: hop(dying) });
    const work = login.exec(["sleep", "300"]);
    work.catch(() => undefined);
    await delay(300);
    await dying.kill();
    await expect(work).rejects.toMatchObject({ code: "connection-lost" });
    await expect(login.exec(["true"])).rejects.toThrow(`root@127.0.0.1:${dying.port}`);
    await login[Symbol.asyncDispose]();
    await dying[Symbol.asyncDispose]();

    const sessions = (): number => gate.log().split("pam_unix").length + gate.log().split("Disconnected from user").length;
    const before = sessions();
    const closing = await sshTo(target, { jump: hop(gate) });
    await closing[Symbol.asyncDispose]();
    for (let tries = 0; tries < 50 && sessions() === before; tries++) await delay(20);
    expect(sessions()).toBeGreaterThan(before);
  });

  it("says which host refuses, and what to do", async () => {
    await expect(sshTo(target, { jump: hop(gate, { privateKey: { file: join(gate.folder, "stranger") } }) })).rejects.toMatchObject({
      code: "authentication-failed",
      message: expect.stringContaining(`${gate.user}@127.0.0.1:${gate.port}`) as string,
    });
    await using closed = await startSshd({ config: ["AllowTcpForwarding no"] });
    await expect(sshTo(target, { jump: hop(closed) })).rejects.toMatchObject({ code: "not-supported", message: expect.stringContaining("AllowTcpForwarding") as string });
    const nowhere = await fileWith("nowhere", `[127.0.0.1]:1 ${(await readFile(target.knownHostsFile, "utf8")).split(" ").slice(1).join(" ")}`);
    await expect(sshTo(target, { port: 1, knownHosts: nowhere, jump: hop(gate) })).rejects.toMatchObject({ code: "connection-refused", message: expect.stringContaining("127.0.0.1:1") as string });
    await expect(sshTo(target, { jump: { host: gate.host } })).rejects.toThrow("jump.0.user: needed");
  });

  it("takes pinned keys on the way and at the end, by fingerprint or as a line, and no others", async () => {
    const lineOf = async (server: Sshd): Promise<string> => (await readFile(join(server.folder, "host_ed25519.pub"), "utf8")).trim();
    const fingerprintOf = async (server: Sshd, key: string): Promise<string> => (await execa("ssh-keygen", ["-lf", join(server.folder, `${key}.pub`)])).stdout.split(" ")[1] ?? "";
    const pinned = { ...hop(target), knownHosts: undefined, manners: { loginsPerMinute: Infinity } };
    const pinnedHop = { ...hop(gate), knownHosts: undefined };
    await using login = await connectSsh({ ...pinned, hostKeys: [await lineOf(target)], jump: { ...pinnedHop, hostKeys: [await fingerprintOf(gate, "host_ed25519"), await fingerprintOf(gate, "host_ecdsa")] } });
    expect((await login.exec(["true"])).ok).toBe(true);
    const refused = { code: "host-key-refused", message: expect.stringContaining(await fingerprintOf(target, "host_ed25519")) as string };
    await expect(connectSsh({ ...pinned, hostKeys: [await lineOf(gate)] })).rejects.toMatchObject(refused);
    await expect(connectSsh({ ...pinned, hostKeys: [await lineOf(target)], jump: { ...pinnedHop, hostKeys: [await lineOf(target)] } })).rejects.toMatchObject({ code: "host-key-refused" });
    await expect(connectSsh({ ...pinned, hostKeys: ["SHA256:short"] })).rejects.toMatchObject({ name: "OptionsError" });
    await expect(connectSsh({ ...pinned, knownHosts: "strict", hostKeys: [await lineOf(target)] })).rejects.toThrow("give one of the two");
  });
});
