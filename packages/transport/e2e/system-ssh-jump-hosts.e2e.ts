import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { connectSystemSsh } from "@hpckit/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { watchTraces } from "./system-ssh-processes.js";

describe("jump hosts of the system's ssh", () => {
  let gate: Sshd;
  let inner: Sshd;
  let target: Sshd;
  let folder = "";
  beforeAll(async () => {
    [gate, inner, target] = await Promise.all([startSshd(), startSshd(), startSshd()]);
    // A name that a shell, and ssh, would read otherwise if it was not quoted for both.
    folder = await mkdtemp(join(tmpdir(), "hpckit it's 100%h $HOME-"));
  });
  afterAll(async () => {
    for (const server of [gate, inner, target]) await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const block = (alias: string, server: Sshd, ...lines: readonly string[]): readonly string[] => [
    `Host ${alias}`,
    ...[...lines, "HostName 127.0.0.1", `Port ${server.port}`, `IdentityFile ${server.privateKeyFile}`, `UserKnownHostsFile ${server.knownHostsFile}`],
  ];
  const connect = async (lines: readonly string[], options: Readonly<Record<string, string>> = {}): Promise<Transport> => {
    await writeFile(join(folder, "config"), `${lines.join("\n")}\n`);
    return connectSystemSsh({ host: "target", config: { file: join(folder, "config") }, manners: { loginsPerMinute: Infinity }, options });
  };
  const acceptedBy = (server: Sshd): number => server.log().split("Accepted ").length - 1;

  it("are gone through in order, each as its own block says, and left together", async () => {
    await using traces = await watchTraces(target);
    const blocks = [...block("gate", gate), ...block("inner", inner), ...block("over-gate", inner, "ProxyJump gate")];
    for (const jump of ["gate,inner", "over-gate", `${gate.user}@gate:${gate.port},inner`]) {
      const before = [gate, inner, target].map(acceptedBy);
      await using login = await connect([...block("target", target, `ProxyJump ${jump}`), ...blocks]);
      expect((await login.exec(["echo", "here"])).stdout).toBe("here\n");
      expect([gate, inner, target].map(acceptedBy)).toEqual(before.map((count) => count + 1));
    }
    await using login = await connect([...block("target", target), ...blocks], { ProxyJump: "gate" });
    expect((await login.exec(["true"])).ok).toBe(true);
    await login[Symbol.asyncDispose]();
    expect(await traces.left()).toEqual([]);
  });

  it("whose key is changed, revoked or unknown are refused, though the configuration would have any", async () => {
    const known = await readFile(gate.knownHostsFile, "utf8");
    const stranger = (await readFile(inner.knownHostsFile, "utf8")).replaceAll(`:${inner.port}`, `:${gate.port}`);
    const soft = ["StrictHostKeyChecking no", "CheckHostIP no"];
    for (const [verdict, text] of Object.entries({ changed: stranger, revoked: `${known}${known.replaceAll(/^\S+/gm, "@revoked *")}`, unknown: "" })) {
      await writeFile(join(gate.folder, verdict), text);
      const before = [gate, inner, target].map(acceptedBy);
      const blocks = [...block("gate", gate, ...soft, `UserKnownHostsFile ${gate.folder}/${verdict}`), ...block("inner", inner, "ProxyJump gate", ...soft)];
      for (const jump of ["gate", "inner"]) {
        const login = connect([...block("target", target, `ProxyJump ${jump}`, ...soft), ...blocks]);
        await expect(login, `${verdict} ${jump}`).rejects.toMatchObject({ code: "host-key-refused", detail: expect.objectContaining({ verdict }) as object });
      }
      expect([gate, inner, target].map(acceptedBy)).toEqual(before);
      expect(await readFile(join(gate.folder, verdict), "utf8")).toBe(text);
    }
  });

  it("that go in circles are an error", async () => {
    await expect(connect(["Host target", "ProxyJump a", "Host a", "ProxyJump b", "Host b", "ProxyJump a"])).rejects.toMatchObject({ name: "OptionsError" });
  });
});
