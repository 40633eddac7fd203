import { chmod, copyFile, readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { secret } from "@hpckit/core";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { keyAttempts } from "../src/ssh/sign-in/key-attempts.js";
import { loadPublicKey } from "../src/ssh/sign-in/load-key.js";
import { sshTo } from "./over-sshd.js";
import { startAgent, type Agent } from "./start-agent.js";

describe("signing in", () => {
  let server: Sshd;
  let agent: Agent;
  const inFolder = (name: string): string => join(server.folder, name);
  const works = async (changes: Parameters<typeof sshTo>[1]): Promise<void> => {
    await using login = await sshTo(server, changes);
    expect((await login.exec(["true"])).ok).toBe(true);
  };

  beforeAll(async () => {
    server = await startSshd();
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", inFolder("stranger")]);
    await copyFile(server.privateKeyFile, inFolder("encrypted"));
    await chmod(inFolder("encrypted"), 0o600);
    await execa("ssh-keygen", ["-q", "-p", "-N", "correct horse", "-f", inFolder("encrypted")]);
    agent = await startAgent(inFolder("agent"));
    for (let index = 0; index < 7; index++) {
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", inFolder(`other${index}`)]);
      await agent.add(inFolder(`other${index}`));
    }
    await agent.add(server.privateKeyFile);
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it("works by a key's file, by its text, and with a passphrase", async () => {
    await works({});
    await works({ privateKey: { key: secret(await readFile(server.privateKeyFile, "utf8")) } });
    await works({ privateKey: { file: inFolder("encrypted"), passphrase: secret("correct horse") } });
  });

  it("works by one key of an agent that holds more than the server lets one try", async () => {
    await works({ privateKey: undefined, agent: { socketPath: agent.socketPath, publicKeyFile: `${server.privateKeyFile}.pub` } });
    await expect(sshTo(server, { privateKey: undefined, agent: { socketPath: agent.socketPath } })).rejects.toMatchObject({ name: "TransportError" });
    const missing = { socketPath: agent.socketPath, publicKeyFile: inFolder("stranger.pub") };
    await expect(sshTo(server, { privateKey: undefined, agent: missing })).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringContaining("ssh-add") as string });
  });

  it("offers the keys of the files first, by the agent where it holds them, and none twice", async () => {
    const identity = { files: [inFolder("other3"), inFolder("nothing"), inFolder("stranger"), server.privateKeyFile], certificateFiles: [], agentSocket: agent.socketPath };
    const offered = async (onlyThese: boolean): Promise<readonly Buffer[]> => {
      const login = { identity: { ...identity, onlyThese }, user: server.user, methods: new Set(["publickey"] as const) };
      return (await keyAttempts(login)).attempts.map((attempt) => attempt.offered);
    };
    const blobs = async (...names: readonly string[]): Promise<readonly Buffer[]> => Promise.all(names.map((name) => loadPublicKey(`${inFolder(name)}.pub`)));
    const first = await blobs("other3", "stranger", "id_ed25519");
    expect(await offered(true)).toEqual(first);
    expect(await offered(false)).toEqual([...first, ...(await blobs("other0", "other1", "other2", "other4", "other5", "other6"))]);
  });

  it("fails with a typed error for a key that the server does not know", async () => {
    await expect(sshTo(server, { privateKey: { file: inFolder("stranger") } })).rejects.toMatchObject({ code: "authentication-failed", retryable: false });
    await expect(sshTo(server, { user: "nobody-here" })).rejects.toMatchObject({ code: "authentication-failed" });
  });

  it("says what is wrong with a key before it connects", async () => {
    await copyFile(server.privateKeyFile, inFolder("loose"));
    await chmod(inFolder("loose"), 0o644);
    await expect(sshTo(server, { privateKey: { file: inFolder("loose") } })).rejects.toThrow(/mode 0644.*chmod 600/);
    await expect(sshTo(server, { privateKey: { file: inFolder("none") } })).rejects.toThrow(/cannot be read/);
    await expect(sshTo(server, { privateKey: { file: server.folder } })).rejects.toThrow(/: a folder; give the path/);
    await expect(sshTo(server, { privateKey: { file: inFolder("encrypted") } })).rejects.toThrow(/passphrase/);
    const wrong = sshTo(server, { privateKey: { file: inFolder("encrypted"), passphrase: secret("battery staple") } });
    await expect(wrong).rejects.toMatchObject({ code: "authentication-failed", message: expect.not.stringContaining("battery") as string });
    await expect(sshTo(server, { privateKey: { file: `${server.privateKeyFile}.pub` } })).rejects.toMatchObject({ code: "authentication-failed" });
    await expect(sshTo(server, { privateKey: undefined, agent: { socketPath: "/nowhere/agent" } })).rejects.toMatchObject({ code: "authentication-failed" });
  });

  it("says that nothing listens, or nobody answers in time", async () => {
    await expect(sshTo(server, { port: 1, knownHosts: { file: await anyHost() } })).rejects.toMatchObject({ code: "connection-refused", retryable: true });
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as AddressInfo;
    await expect(sshTo(server, { port, knownHosts: { file: await anyHost() }, connectTimeoutMs: 500 })).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(sshTo(server, { port, knownHosts: { file: await anyHost() }, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ name: "AbortedError" });
    silent.close();
  });

  it("refuses a mistyped option by name", async () => {
    await expect(sshTo(server, { knownHost: "strict" } as object)).rejects.toThrow('did you mean "knownHosts"?');
  });

  async function anyHost(): Promise<string> {
    const file = inFolder("any_host");
    await execa("sh", ["-c", `sed 's/^[^ ]*/*/' "$1" >"$2"`, "sh", server.knownHostsFile, file]);
    return file;
  }
});
