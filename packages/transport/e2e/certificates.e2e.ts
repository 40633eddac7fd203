import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secret } from "@hpckit/core";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";
import { startAgent } from "./start-agent.js";

describe("certificates of users", () => {
  let server: Sshd;
  let folder = "";
  let authority = "";
  const inFolder = (name: string): string => join(server.folder, name);
  const makeKey = (name: string, ...options: readonly string[]): Promise<unknown> => execa("ssh-keygen", ["-q", "-N", "", "-C", name, ...options, "-f", inFolder(name)]);
  const certify = async (name: string, ...options: readonly string[]): Promise<void> => {
    await execa("ssh-keygen", ["-q", "-s", authority, "-I", "test", "-n", server.user, "-V", "-1h:+1h", ...options, inFolder(`${name}.pub`)]);
  };
  const works = async (changes: Parameters<typeof sshTo>[1]): Promise<void> => {
    await using login = await sshTo(server, changes);
    expect((await login.exec(["true"])).ok).toBe(true);
  };
  const certificatesUsed = (): number => server.log().split(/Accepted publickey for \S+ from .* ID test /).length - 1;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hpckit-authority-"));
    authority = join(folder, "authority");
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", authority]);
    server = await startSshd({ config: [`TrustedUserCAKeys ${authority}.pub`] });
    // The keys are known by their authority alone.
    await writeFile(inFolder("authorized_keys"), "");
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  for (const [name, ...options] of [
    ["ed25519", "-t", "ed25519"],
    ["rsa", "-t", "rsa", "-b", "2048"],
    ["ecdsa256", "-t", "ecdsa", "-b", "256"],
    ["ecdsa384", "-t", "ecdsa", "-b", "384"],
    ["ecdsa521", "-t", "ecdsa", "-b", "521"],
  ] as const) {
    it(`sign in with a key of type ${name}, beside its file, named, and held by an agent`, async () => {
      await makeKey(name, ...options);
      await expect(sshTo(server, { privateKey: { file: inFolder(name) } })).rejects.toMatchObject({ code: "authentication-failed" });
      await certify(name);
      const before = certificatesUsed();
      // A number of an ECDSA signature is shorter, or begins with a set bit, only at times.
      for (let times = 0; times < (name.startsWith("ecdsa") ? 4 : 1); times++) await works({ privateKey: { file: inFolder(name) } });
      await works({ privateKey: { key: secret(await readFile(inFolder(name), "utf8")), certificateFile: inFolder(`${name}-cert.pub`) } });
      await using agent = await startAgent(inFolder(`${name}-agent`));
      await agent.add(inFolder(name));
      const viaAgent = { privateKey: undefined, agent: { socketPath: agent.socketPath } };
      await works(viaAgent);
      await works({ privateKey: undefined, agent: { ...viaAgent.agent, publicKeyFile: inFolder(`${name}.pub`) } });
      await works({ privateKey: undefined, agent: { ...viaAgent.agent, publicKeyFile: inFolder(`${name}-cert.pub`) } });
      expect(certificatesUsed()).toBe(before + (name.startsWith("ecdsa") ? 8 : 5));
    });
  }

  it("sign in where the agent holds the key alone, and the certificate stands beside the public half", async () => {
    await makeKey("split", "-t", "ed25519");
    await using agent = await startAgent(inFolder("split-agent"));
    await agent.add(inFolder("split"));
    await certify("split");
    await rm(inFolder("split"));
    await works({ privateKey: undefined, agent: { socketPath: agent.socketPath, publicKeyFile: inFolder("split.pub") } });
  });

  it("give way to the key itself, where the server knows that", async () => {
    await makeKey("plain", "-t", "ed25519");
    await certify("plain", "-n", "somebody-else");
    await writeFile(inFolder("authorized_keys"), await readFile(inFolder("plain.pub")));
    await works({ privateKey: { file: inFolder("plain") } });
    await writeFile(inFolder("authorized_keys"), "");
  });

  it("that have expired, or are for somebody else, are named with what is wrong", async () => {
    await makeKey("old", "-t", "ed25519");
    await certify("old", "-V", "-2h:-1h");
    const login = sshTo(server, { privateKey: { file: inFolder("old") } });
    await expect(login).rejects.toMatchObject({ code: "authentication-failed", message: expect.stringMatching(/old-cert\.pub \(it expired at 20.*get a new one\)/) as string });
    await certify("old", "-n", "somebody-else,another");
    await expect(sshTo(server, { privateKey: { file: inFolder("old") } })).rejects.toThrow(/it is for somebody-else, another/);
  });

  it("of another key, of a host, or that cannot be read are refused before anything is said", async () => {
    await makeKey("one", "-t", "ed25519");
    await makeKey("other", "-t", "ed25519");
    await certify("other");
    const named = (certificateFile: string): ReturnType<typeof sshTo> => sshTo(server, { privateKey: { file: inFolder("one"), certificateFile } });
    await expect(named(inFolder("other-cert.pub"))).rejects.toThrow("the certificate of another key");
    await copyFile(inFolder("other.pub"), inFolder("host.pub"));
    await certify("host", "-h");
    await expect(named(inFolder("host-cert.pub"))).rejects.toThrow("not a user's certificate");
    await expect(named(inFolder("one.pub"))).rejects.toThrow("not a user's certificate");
    await expect(named(inFolder("none"))).rejects.toThrow("cannot be read");
  });
});
