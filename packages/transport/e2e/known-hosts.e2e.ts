import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { entriesOf, knownName, parseKnownHosts } from "../src/ssh/known-hosts.js";

it("known_hosts is read as ssh-keygen reads it, plain and hashed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-known-"));
  try {
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(folder, "key")]);
    const key = (await readFile(join(folder, "key.pub"), "utf8")).trim();
    const names = ["login", "LOGIN.example", "[login.example]:2222", "10.0.0.1", "[::1]:22022", "fe80::1", "a,b,c", "host-1"];
    const patterns = ["*.hpc.example", "node?", "*.site,!bad.site", "[*.grid]:2222", "# comment", "broken"];
    const file = join(folder, "known_hosts");
    const asked: readonly (readonly [string, number])[] = [
      // In lower case: ssh asks so, ssh-keygen leaves it to whoever calls it.
      ["login", 22], ["login.example", 22], ["login.example", 2222], ["10.0.0.1", 22], ["::1", 22_022], ["fe80::1", 22], ["b", 22], ["host-1", 22], ["host-1", 2222],
      ["x.hpc.example", 22], ["hpc.example", 22], ["node1", 22], ["node12", 22], ["good.site", 22], ["bad.site", 22], ["x.grid", 2222], ["x.grid", 22], ["comment", 22], ["broken", 22],
    ];
    const compare = async (text: string): Promise<number> => {
      await writeFile(file, text);
      let found = 0;
      for (const [host, port] of asked) {
        const name = port === 22 ? host : `[${host}]:${port}`;
        const { exitCode } = await execa("ssh-keygen", ["-F", name, "-f", file], { reject: false });
        const isKnown = entriesOf(parseKnownHosts(text), knownName(host, port)).length > 0;
        expect({ name, isKnown }).toEqual({ name, isKnown: exitCode === 0 });
        found += Number(isKnown);
      }
      return found;
    };
    const plain = [...names, ...patterns].map((name) => (name === "broken" ? name : `${name} ${key}`)).join("\n");
    expect(await compare(`${plain}\n`)).toBeGreaterThan(10);
    await writeFile(file, `${names.map((name) => `${name} ${key}`).join("\n")}\n`);
    await execa("ssh-keygen", ["-H", "-f", file]);
    const hashed = await readFile(file, "utf8");
    expect(hashed).not.toContain("login");
    expect(await compare(hashed)).toBeGreaterThan(6);
  } finally {
    await rm(folder, { recursive: true });
  }
});
