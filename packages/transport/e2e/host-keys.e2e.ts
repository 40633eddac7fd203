import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";

describe("host keys", () => {
  let server: Sshd;
  let known = "";
  beforeAll(async () => {
    server = await startSshd();
    known = await readFile(server.knownHostsFile, "utf8");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const withKnownHosts = async (text: string): Promise<ReturnType<typeof sshTo>> => {
    const file = join(server.folder, "other_known_hosts");
    await writeFile(file, text);
    return sshTo(server, { knownHosts: { file } });
  };
  const fingerprint = async (name: string): Promise<string> => (await execa("ssh-keygen", ["-lf", join(server.folder, `${name}.pub`)])).stdout.split(" ")[1] ?? "";
  const refusedAs = (verdict: string): Readonly<Record<string, unknown>> => ({ code: "host-key-refused", retryable: false, detail: expect.objectContaining({ verdict }) as object });
  const logins = (): number => server.log().split("Accepted publickey").length;

  it("are accepted where they are known, also under a hashed name, and by any of the types alone", async () => {
    const file = join(server.folder, "hashed");
    await writeFile(file, known);
    await execa("ssh-keygen", ["-H", "-f", file]);
    expect(await readFile(file, "utf8")).toMatch(/^\|1\|/);
    for (const text of [await readFile(file, "utf8"), ...known.trim().split("\n")]) {
      await using login = await withKnownHosts(`# a comment\n\n${text}\n`);
      expect((await login.exec(["true"])).ok).toBe(true);
    }
  });

  it("are refused where the file has none, before anything is said to the host", async () => {
    const before = logins();
    await expect(withKnownHosts("")).rejects.toMatchObject({ code: "host-key-refused", message: expect.stringContaining("ssh-keyscan") as string });
    await expect(withKnownHosts(known.replaceAll(`[127.0.0.1]:${server.port}`, "127.0.0.1"))).rejects.toMatchObject({ code: "host-key-refused" });
    await expect(withKnownHosts(known.replaceAll(/^\[/gm, "@cert-authority ["))).rejects.toMatchObject({ code: "host-key-refused" });
    expect(logins()).toBe(before);
  });

  it("are refused where they have changed, with the fingerprint and the next step", async () => {
    const file = join(server.folder, "another");
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
    const changed = `[127.0.0.1]:${server.port} ${await readFile(`${file}.pub`, "utf8")}`;
    await expect(withKnownHosts(changed)).rejects.toMatchObject(refusedAs("changed"));
    await expect(withKnownHosts(changed)).rejects.toThrow(await fingerprint("host_ed25519"));
    await expect(withKnownHosts(changed)).rejects.toThrow(`ssh-keygen -f ${join(server.folder, "other_known_hosts")} -R '[127.0.0.1]:${server.port}'`);
  });

  it("are refused where they are revoked, whether they are known as well or not", async () => {
    await expect(withKnownHosts(known.replaceAll(/^\[/gm, "@revoked ["))).rejects.toMatchObject(refusedAs("revoked"));
    await expect(withKnownHosts(`${known}${known.replaceAll(/^\[/gm, "@revoked [")}`)).rejects.toMatchObject(refusedAs("revoked"));
    await expect(withKnownHosts(`${known}${known.replaceAll(/^\S+/gm, "@revoked *")}`)).rejects.toMatchObject(refusedAs("revoked"));
  });

  it("are refused where the server has none of the known types", async () => {
    const file = join(server.folder, "rsa");
    await execa("ssh-keygen", ["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", file]);
    await expect(withKnownHosts(`[127.0.0.1]:${server.port} ${await readFile(`${file}.pub`, "utf8")}`)).rejects.toMatchObject({ code: "host-key-refused" });
  });

  it("are refused before anybody is asked for a password", async () => {
    const asked: string[] = [];
    const stranger = `[127.0.0.1]:${server.port} ${known.split(" ").slice(1, 2).join("")} ${Buffer.from("another key").toString("base64")}\n`;
    for (const text of ["", stranger, `${known}${known.replaceAll(/^\S+/gm, "@revoked *")}`]) {
      const file = join(server.folder, "other_known_hosts");
      await writeFile(file, text);
      const login = sshTo(server, { knownHosts: { file }, privateKey: undefined, answer: async ({ prompts }) => (asked.push(...prompts.map((prompt) => prompt.text)), undefined) });
      await expect(login).rejects.toMatchObject({ code: "host-key-refused" });
    }
    expect(asked).toEqual([]);
    expect(server.log()).not.toMatch(/authenticating user/);
  });

  it("are refused where the file cannot be read", async () => {
    await expect(sshTo(server, { knownHosts: { file: "/nowhere/known_hosts" } })).rejects.toMatchObject({ code: "host-key-refused" });
    await appendFile(server.knownHostsFile, "");
  });
});
