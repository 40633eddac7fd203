import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSystemSsh } from "./connect-system-ssh.js";
import { forwardableHost, forwardablePath, type SystemSshOptions } from "./system-ssh-options.js";

describe("options of connectSystemSsh", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hpckit-options-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const canary = (): string => join(folder, "canary");

  const hosts = (touch: string): readonly string[] => [
    ...["", "-", "--", "-oProxyCommand=touch", `-oProxyCommand=${touch}`, "-F/dev/null", "a b", "a\nb", "a\0b"],
    ...[`a;${touch}`, `$(${touch})`, `\`${touch}\``, `a|${touch}`, `a'b`, `a"b`, "a&b", "a>b", "$HOME", "user@host", "ssh://host", "a/b", "a\\b", "*", "!a", "a,b"],
  ];

  it("refuse whatever ssh or a shell could take for something else, before anything is started", async () => {
    const touch = `touch ${canary()}`;
    const refused: readonly SystemSshOptions[] = [
      ...hosts(touch).map((host) => ({ host })),
      ...["-lroot", "", "a b", "a;b", "$(id)", "a\nb"].map((user) => ({ host: "login", user })),
      ...["-oProxyCommand=x", "", "a\0b"].map((file) => ({ host: "login", config: { file } })),
      ...["-x", "", "a\nProxyCommand touch x", "a\0b"].map((value) => ({ host: "login", options: { IdentityFile: value } })),
      ...["-oProxyCommand", "Proxy Command", "ProxyCommand=touch x", "", "Identity\nFile"].map((name) => ({ host: "login", options: { [name]: "x" } })),
      ...[0, 65_536, 1.5, Number.NaN].map((port) => ({ host: "login", port })),
    ];
    for (const options of refused) await expect(connectSystemSsh(options), JSON.stringify(options)).rejects.toMatchObject({ name: "OptionsError" });
    expect(existsSync(canary())).toBe(false);
  });

  it("say where that goes which connectSsh takes", async () => {
    const wrong = { host: "login", answer: () => undefined, privateKey: { file: "key" } } as SystemSshOptions;
    await expect(connectSystemSsh(wrong)).rejects.toThrow(/answer: unknown option; ssh is started so that it asks nothing.*privateKey: unknown option; ssh reads it: options: \{ IdentityFile/);
  });

  it("refuse to soften what the transport stands on, however it is spelt", async () => {
    for (const name of ["StrictHostKeyChecking", "stricthostkeychecking", "STRICTHOSTKEYCHECKING", "BatchMode", "ControlPath", "ControlMaster", "LogLevel", "RemoteCommand", "Match", "Include"]) {
      await expect(connectSystemSsh({ host: "login", options: { [name]: "no" } }), name).rejects.toThrow("connectSystemSsh sets this itself");
    }
  });

  it("name the option that was meant", async () => {
    await expect(connectSystemSsh({ host: "login", confg: "none" } as SystemSshOptions)).rejects.toThrow('did you mean "config"?');
  });

  it("let connections lead only to what ssh reads as it is meant", () => {
    for (const host of ["node1", "node-1.cluster", "10.0.0.1", "::1", "fe80::1%eth0"]) expect(forwardableHost.test(host), host).toBe(true);
    for (const host of ["", "-node", "a]:1", "a/b", "a b", "a\n", "$x"]) expect(forwardableHost.test(host), host).toBe(false);
    for (const path of ["/run/service.sock", "/tmp/a b/it's", "/é"]) expect(forwardablePath.test(path), path).toBe(true);
    for (const path of ["", "socket", "/a:b", "/%h", "/$HOME", "/a\\b", "/a\nb", "/[a]"]) expect(forwardablePath.test(path), path).toBe(false);
  });
});
