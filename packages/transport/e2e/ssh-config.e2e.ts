import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { connectSsh, type SshOptions } from "@hpckit/transport";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { startAgent } from "./start-agent.js";

describe("ssh's configuration", () => {
  let gate: Sshd;
  let inner: Sshd;
  let target: Sshd;
  const inFolder = (name: string): string => join(target.folder, name);
  beforeAll(async () => {
    [gate, inner, target] = await Promise.all([startSshd(), startSshd(), startSshd({ account: "guest", homeFiles: {} })]);
    for (const name of ["stranger", "locked"]) await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", name === "locked" ? "a passphrase" : "", "-f", inFolder(name)]);
    await copyFile(target.privateKeyFile, inFolder("key of target"));
    await chmod(inFolder("key of target"), 0o600);
  });
  afterAll(async () => {
    for (const server of [gate, inner, target]) await server[Symbol.asyncDispose]();
  });

  const block = (alias: string, server: Sshd, ...lines: readonly string[]): readonly string[] => [
    `Host ${alias}`,
    ...[...lines, "HostName 127.0.0.1", `Port ${server.port}`, `User ${server.user}`, `IdentityFile ${server.privateKeyFile}`, `UserKnownHostsFile ${server.knownHostsFile}`],
  ];
  const connect = async (host: string, lines: readonly string[], changes: Partial<SshOptions> = {}): Promise<Transport> => {
    await writeFile(inFolder("config"), `${lines.join("\n")}\n`);
    return connectSsh({ host, config: { file: inFolder("config") }, manners: { loginsPerMinute: Infinity }, ...changes });
  };
  const works = async (...given: Parameters<typeof connect>): Promise<void> => {
    await using login = await connect(...given);
    expect((await login.exec(["id", "-un"])).stdout.trim()).toBe(target.user);
    expect(login.target).toEqual({ host: given[0], user: target.user, kind: "ssh" });
  };
  const acceptedBy = (server: Sshd): number => server.log().split("Accepted ").length - 1;

  it("says name, port, user, key and known hosts of an alias, by Host, Match and Include", async () => {
    await works("login", block("login", target));
    await works("login", [`Match originalhost login user ${target.user}`, ...block("x", target).slice(1)], { user: target.user });
    await writeFile(inFolder("included"), `${block("log*", target).join("\n")}\n`);
    await works("login", [`Include ${inFolder("included")}`, "Host *", "User nobody", "Port 1"]);
  });

  it("leads over jump hosts, several in a row, each as its own block says", async () => {
    const before = [acceptedBy(gate), acceptedBy(inner)];
    await works("login", [...block("login", target, "ProxyJump inner"), ...block("inner", inner, "ProxyJump gate"), ...block("gate", gate)]);
    expect([acceptedBy(gate), acceptedBy(inner)]).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1]);
    await works("login", [...block("login", target, `ProxyJump ${gate.user}@gate:${gate.port},inner`), ...block("inner", inner), ...block("gate", gate)]);
    expect([acceptedBy(gate), acceptedBy(inner)]).toEqual([(before[0] ?? 0) + 2, (before[1] ?? 0) + 2]);
    // The caller's word wins: another way, or none.
    await works("login", [...block("login", target, "ProxyJump nowhere.invalid"), ...block("gate", gate)], { jump: { host: "gate" } });
    await works("login", block("login", target, "ProxyJump nowhere.invalid"), { jump: [] });
    expect([acceptedBy(gate), acceptedBy(inner)]).toEqual([(before[0] ?? 0) + 3, (before[1] ?? 0) + 2]);
  });

  it("holds for a jump host, too, unless that one says otherwise", async () => {
    const before = acceptedBy(gate);
    const lines = [...block("login", target), "Host 127.0.0.1", "User nobody"];
    const jump = { host: "127.0.0.1", port: gate.port, privateKey: { file: gate.privateKeyFile }, knownHosts: { file: gate.knownHostsFile } };
    await works("login", lines, { jump: { ...jump, user: gate.user, config: "none" } });
    expect(acceptedBy(gate)).toBe(before + 1);
    await expect(connect("login", lines, { jump })).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining("nobody@127.0.0.1") as string });
  });

  it("that goes in circles is an error", async () => {
    await expect(connect("a", ["Host a", "ProxyJump b", "Host b", "ProxyJump a"])).rejects.toMatchObject({ name: "OptionsError", message: expect.stringContaining("circles") as string });
    const onlyTarget = { knownHosts: { file: target.knownHostsFile } };
    await expect(connect("login", [...block("login", target, "ProxyJump gate"), ...block("gate", gate)], onlyTarget)).rejects.toMatchObject({ code: "host-key-refused", detail: { port: gate.port } });
    await expect(connect("a", ["Host a", "ProxyJump a"])).rejects.toMatchObject({ name: "OptionsError" });
  });

  it("cannot soften the check of host keys, on the way or at the end", async () => {
    const soft = ["StrictHostKeyChecking no", "NoHostAuthenticationForLocalhost yes", "CheckHostIP no", "UserKnownHostsFile none", "GlobalKnownHostsFile none"];
    await expect(connect("login", block("login", target, ...soft))).rejects.toMatchObject({ code: "host-key-refused" });
    await expect(connect("login", [...block("login", target, "ProxyJump gate"), ...block("gate", gate, ...soft)])).rejects.toMatchObject({ code: "host-key-refused", detail: { port: gate.port } });
  });

  it("names several files of known hosts, of which some may be missing, and an alias for the key", async () => {
    const known = await readFile(target.knownHostsFile, "utf8");
    await writeFile(inFolder("by alias"), known.replaceAll(/^\S+/gm, "cluster"));
    await copyFile(inFolder("by alias"), inFolder("by_alias"));
    await works("login", block("login", target, `UserKnownHostsFile /nowhere/known_hosts ${inFolder("by_alias")}`, "HostKeyAlias cluster"));
    await works("login", block("login", target, "UserKnownHostsFile none", `GlobalKnownHostsFile ${inFolder("by_alias")} /nowhere/known_hosts`), { hostKeyAlias: "cluster" });
    await works("login", block("login", target, "UserKnownHostsFile none"), { knownHosts: { file: target.knownHostsFile } });
    await expect(connect("login", block("login", target, `UserKnownHostsFile ${inFolder("by_alias")}`))).rejects.toMatchObject({ code: "host-key-refused" });
  });

  it("names several keys, which are tried in order; what is missing or locked is passed over, and named if none is left", async () => {
    const keys = (...names: readonly string[]): readonly string[] => names.map((name) => `IdentityFile "${inFolder(name)}"`);
    await works("login", block("login", target, ...keys("none", "locked", "stranger", "key of target")).filter((line) => !line.endsWith(target.privateKeyFile)));
    await works("login", [...block("login", target), "IdentityFile %d/%r/%h", "CertificateFile /nowhere/cert.pub"]);
    const failing = connect("login", block("login", target, ...keys("none", "locked")).filter((line) => !line.endsWith(target.privateKeyFile)));
    await expect(failing).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringMatching(/no key could be offered.*none: cannot be read.*locked: the key is encrypted/) as string });
    // The caller's own key stands in place of them.
    await works("login", [...block("login", target).filter((line) => !line.startsWith("IdentityFile")), `IdentityFile ${inFolder("stranger")}`], { privateKey: { file: target.privateKeyFile } });
  });

  it("names an agent, and whether its other keys may be offered", async () => {
    await using agent = await startAgent(inFolder("agent"));
    await agent.add(target.privateKeyFile);
    const without = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.startsWith("IdentityFile"));
    const settings = [`IdentityAgent ${agent.socketPath}`, `UserKnownHostsFile ${target.knownHostsFile}`];
    await works("login", without(block("login", target, ...settings)));
    await expect(connect("login", without(block("login", target, ...settings, "IdentitiesOnly yes")))).rejects.toMatchObject({ code: "authentication-failed" });
    await copyFile(`${target.privateKeyFile}.pub`, inFolder("only.pub"));
    await works("login", [...without(block("login", target, ...settings, "IdentitiesOnly yes")), `IdentityFile ${inFolder("only")}`]);
    await expect(connect("login", without(block("login", target, "IdentityAgent none", `UserKnownHostsFile ${target.knownHostsFile}`)))).rejects.toMatchObject({ code: "authentication-failed" });
  });

  it("limits algorithms, the time to connect, the address and its family", async () => {
    await works("login", block("login", target, "Ciphers aes256-ctr", "MACs hmac-sha2-256", "KexAlgorithms curve25519-sha256", "BindAddress 127.0.0.1", "AddressFamily inet"));
    await using other = await startSshd({ config: ["Ciphers aes128-ctr"] });
    await expect(connect("login", block("login", other, "Ciphers aes256-ctr"))).rejects.toMatchObject({ message: expect.stringMatching(/no matching/i) as string });
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const known = (await readFile(target.knownHostsFile, "utf8")).replaceAll(/^\S+/gm, "*");
    await writeFile(inFolder("any"), known);
    const unanswered = [...block("login", target, `UserKnownHostsFile ${inFolder("any")}`, "ConnectTimeout 1"), ""];
    await expect(connect("login", unanswered, { port: (silent.address() as AddressInfo).port })).rejects.toMatchObject({ name: "TimeoutError" });
    silent.close();
  });

  it("that only ssh itself can obey is refused, and names connectSystemSsh", async () => {
    for (const setting of ["ProxyCommand nc %h %p", "PKCS11Provider /usr/lib/provider.so", "PreferredAuthentications gssapi-with-mic", "RevokedHostKeys /etc/ssh/revoked"]) {
      const name = setting.split(" ")[0] ?? "";
      await expect(connect("login", block("login", target, setting)), setting).rejects.toMatchObject({
        code: "not-supported",
        message: expect.stringMatching(new RegExp(`${name}.*connectSystemSsh`)) as string,
      });
    }
  });

  it("that ssh cannot read, or names that reach a shell, are errors of the caller's", async () => {
    await expect(connect("login", ["NoSuchSetting yes"])).rejects.toMatchObject({ name: "OptionsError", message: expect.stringMatching(/nosuchsetting/i) as string });
    await expect(connect("login;id", [])).rejects.toMatchObject({ name: "OptionsError" });
    await expect(connect("-oProxyCommand=id", [])).rejects.toMatchObject({ name: "OptionsError" });
    await expect(connect("login", block("login", target), { user: "$(id)" })).rejects.toMatchObject({ name: "OptionsError" });
    await expect(connect("login", block("login", target), { jump: { host: "`id`" } })).rejects.toThrow("jump.0.host");
    await expect(connectSsh({ host: "login" })).rejects.toThrow("user: needed, or give config");
  });
});
