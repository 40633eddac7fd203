import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { connectSystemSsh } from "@hpckit/transport";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { systemSshTo } from "./over-system-ssh.js";
import { watchTraces } from "./system-ssh-processes.js";

describe("signing in with the system's ssh", () => {
  let server: Sshd;
  let known = "";
  const inFolder = (name: string): string => join(server.folder, name);
  const withKnownHosts = async (text: string): Promise<Transport> => {
    await writeFile(inFolder("other_known_hosts"), text);
    return systemSshTo(server, { options: { UserKnownHostsFile: inFolder("other_known_hosts") } });
  };
  const refusedAs = (verdict: string): Readonly<Record<string, unknown>> => ({ code: "host-key-refused", retryable: false, detail: expect.objectContaining({ verdict }) as object });
  const logins = (): number => server.log().split("Accepted publickey").length;

  beforeAll(async () => {
    server = await startSshd();
    known = await readFile(server.knownHostsFile, "utf8");
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", inFolder("stranger")]);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("refuses a host whose key is not known, with the next step, before it says anything to it", async () => {
    const before = logins();
    await expect(withKnownHosts("")).rejects.toMatchObject(refusedAs("unknown"));
    await expect(withKnownHosts("")).rejects.toThrow(/nothing for \[127\.0\.0\.1\]:\d+.*signing in once with ssh .*-p \d+ \S+@127\.0\.0\.1,/);
    expect(logins()).toBe(before);
  });

  it("refuses a host whose key has changed, with its fingerprint and the next step", async () => {
    const changed = `[127.0.0.1]:${server.port} ${await readFile(inFolder("stranger.pub"), "utf8")}`;
    const fingerprint = (await execa("ssh-keygen", ["-lf", inFolder("host_ed25519.pub")])).stdout.split(" ")[1] ?? "";
    await expect(withKnownHosts(changed)).rejects.toMatchObject(refusedAs("changed"));
    await expect(withKnownHosts(changed)).rejects.toThrow(fingerprint);
    await expect(withKnownHosts(changed)).rejects.toThrow(`ssh-keygen -f ${inFolder("other_known_hosts")} -R '[127.0.0.1]:${server.port}'`);
  });

  it("refuses a host whose key is revoked", async () => {
    await expect(withKnownHosts(`${known}${known.replaceAll(/^\[/gm, "@revoked [")}`)).rejects.toMatchObject(refusedAs("revoked"));
  });

  it("accepts a host by a certificate of an authority that is known", async () => {
    const folder = await mkdtemp(join(tmpdir(), "hpckit-ca-"));
    try {
      for (const name of ["authority", "host"]) await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
      await execa("ssh-keygen", ["-q", "-s", join(folder, "authority"), "-I", "host", "-h", "-n", "127.0.0.1", join(folder, "host.pub")]);
      await using certified = await startSshd({ config: [`HostKey ${folder}/host`, `HostCertificate ${folder}/host-cert.pub`] });
      await writeFile(join(folder, "known"), `@cert-authority [127.0.0.1]:* ${await readFile(join(folder, "authority.pub"), "utf8")}`);
      await using login = await systemSshTo(certified, { options: { UserKnownHostsFile: join(folder, "known") } });
      expect((await login.exec(["echo", "certified"])).stdout).toBe("certified\n");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("says that the server does not know the key, or the user", async () => {
    const stranger = systemSshTo(server, { options: { IdentityFile: inFolder("stranger") } });
    await expect(stranger).rejects.toMatchObject({ code: "authentication-failed", retryable: false, message: expect.stringMatching(/publickey.*kinit.*ssh-add/) as string });
    await expect(systemSshTo(server, { user: "nobody-here" })).rejects.toMatchObject({ code: "authentication-failed" });
  });

  it("asks nothing where a key has a passphrase", async () => {
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "correct horse", "-f", inFolder("encrypted")]);
    await expect(systemSshTo(server, { options: { IdentityFile: inFolder("encrypted") } })).rejects.toMatchObject({ code: "authentication-failed" });
  });

  it("says that nothing listens, that a name is not known, or that nobody answers in time", async () => {
    await expect(systemSshTo(server, { port: 1 })).rejects.toMatchObject({ code: "connection-refused", retryable: true, message: expect.stringContaining("nothing listens there") as string });
    await expect(systemSshTo(server, { host: "nowhere.invalid" })).rejects.toMatchObject({ code: "connection-refused", message: expect.stringContaining("not known") as string });
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as AddressInfo;
    await expect(systemSshTo(server, { port, connectTimeoutMs: 500 })).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(systemSshTo(server, { port, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ name: "AbortedError" });
    await expect(systemSshTo(server, { port, options: { ConnectTimeout: "1" } })).rejects.toMatchObject({ name: "TimeoutError" });
    silent.close();
  });

  it("leaves nothing behind where it fails", async () => {
    await using traces = await watchTraces(server);
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const proxy = `sleep 300.${server.port}`;
    const failures = [
      systemSshTo(server, { options: { IdentityFile: inFolder("stranger") } }),
      systemSshTo(server, { options: { UserKnownHostsFile: "none" } }),
      systemSshTo(server, { port: (silent.address() as AddressInfo).port, connectTimeoutMs: 700 }),
      systemSshTo(server, { signal: AbortSignal.timeout(60) }),
      systemSshTo(server, { options: { ProxyCommand: proxy }, connectTimeoutMs: 700 }),
    ];
    for (const { status } of await Promise.allSettled(failures)) expect(status).toBe("rejected");
    expect(await traces.left()).toEqual([]);
    expect((await execa("pgrep", ["-fx", proxy], { reject: false })).stdout).toBe("");
    silent.close();
  });

  it("obeys a configuration, and none of what would harm", async () => {
    await using traces = await watchTraces(server);
    const file = inFolder("config");
    const manners = { loginsPerMinute: Infinity };
    const lines = [
      "Host login",
      ...["HostName 127.0.0.1", `Port ${server.port}`, `User ${server.user}`, `IdentityFile ${server.privateKeyFile}`, `UserKnownHostsFile ${server.knownHostsFile}`],
      ...["ControlMaster auto", `ControlPath ${server.folder}/theirs`, "ControlPersist yes", "ForkAfterAuthentication yes", "RemoteCommand echo harm", "RequestTTY force"],
      ...[`LocalForward ${server.port} 127.0.0.1:1`, "ExitOnForwardFailure yes", "StrictHostKeyChecking no", "BatchMode no", "LogLevel QUIET", "SessionType default", "StdinNull yes"],
      "Host jump",
      ...["HostName 127.0.0.1", `Port ${server.port}`, `IdentityFile ${server.privateKeyFile}`, `UserKnownHostsFile ${server.knownHostsFile}`],
      "Host behind",
      ...["ProxyJump jump", "HostKeyAlias login", "HostName 127.0.0.1", `Port ${server.port}`, `User ${server.user}`, `IdentityFile ${server.privateKeyFile}`],
      `UserKnownHostsFile ${server.folder}/alias_known`,
      "Host unknown",
      ...["HostName 127.0.0.1", `Port ${server.port}`, `IdentityFile ${server.privateKeyFile}`, "UserKnownHostsFile none", "StrictHostKeyChecking no", "LogLevel QUIET"],
    ];
    await writeFile(file, `${lines.join("\n")}\n`);
    await writeFile(inFolder("alias_known"), known.replaceAll(/^\S+/gm, "login"));
    for (const host of ["login", "behind"]) {
      await using login = await connectSystemSsh({ host, config: { file }, manners });
      expect(login.target).toEqual({ host, user: server.user, kind: "ssh" });
      expect((await login.exec(["cat"], { stdin: "input" })).stdout).toBe("input");
    }
    await expect(connectSystemSsh({ host: "unknown", config: { file }, manners })).rejects.toMatchObject({ code: "host-key-refused" });
    expect(await traces.left()).toEqual([]);
  });

  it("says what is wrong with a configuration", async () => {
    await writeFile(inFolder("broken"), "NoSuchSetting yes\n");
    await expect(systemSshTo(server, { config: { file: inFolder("broken") } })).rejects.toMatchObject({ name: "OptionsError", message: expect.stringMatching(/nosuchsetting/i) as string });
    await expect(systemSshTo(server, { options: { NoSuchSetting: "yes" } })).rejects.toMatchObject({ name: "OptionsError" });
  });
});
