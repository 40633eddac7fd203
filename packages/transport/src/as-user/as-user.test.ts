import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError } from "@hpckit/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectLocal } from "../local/connect-local.js";
import { asUser } from "./as-user.js";

/** With a sudo of our own in the PATH; what the real one does is tested in e2e/as-user.e2e.ts. */
describe("another account", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "hpckit-sudo-"));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  const putSudo = async (script: string): Promise<void> => {
    await writeFile(join(folder, "sudo"), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, "sudo"), 0o755);
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  };
  const becoming = 'echo "$4" >>"${0%/*}/asked"; shift 5; exec "$@"';

  it("is reached by sudo, and one from the other", async () => {
    await putSudo(becoming);
    await using here = await connectLocal();
    const other = asUser(asUser(here, "first"), "second.of-many_2");
    expect(other.target).toEqual({ ...here.target, user: "second.of-many_2" });
    await other.exec(["true"], { check: true });
    const { stdout } = await here.exec(["tail", "-n", "2", join(folder, "asked")]);
    expect(stdout).toBe("first\nsecond.of-many_2\n");
  });

  it("begins in its home, or in / where that is closed, and adds nothing to its environment", async () => {
    for (const [home, begins] of [[folder, folder], ["/nowhere", "/"]] as const) {
      await putSudo(`export HOME=${home} SUDO_COMMAND="$*"; ${becoming}`);
      await using here = await connectLocal();
      const { stdout } = await asUser(here, "other").exec(["sh", "-c", "pwd; env"]);
      expect(stdout.split("\n")[0]).toBe(begins);
      expect(stdout).not.toMatch(/^(?:SUDO_COMMAND|OLDPWD)=/m);
    }
  });

  it("is checked once, and again after a failure", async () => {
    await putSudo(`[ -e "\${0%/*}/allowed" ] || { echo "sudo: a password is required" >&2; exit 1; }; ${becoming}`);
    await using here = await connectLocal();
    const other = asUser(here, "other");
    await expect(other.exec(["true"])).rejects.toMatchObject({ code: "permission-denied" });
    await writeFile(join(folder, "allowed"), "");
    await Promise.all([other.exec(["true"]), other.exec(["true"])]);
    const { stdout } = await here.exec(["wc", "-l", join(folder, "asked")]);
    expect(stdout).toMatch(/^3 /);
  });

  it("holds nobody longer than they wait, where sudo does not answer, and nothing stays behind", async () => {
    await putSudo('echo $$ >"${0%/*}/pid"; exec sleep 5');
    await using here = await connectLocal();
    const other = asUser(here, "other");
    const startedAt = performance.now();
    await expect(other.exec(["true"], { timeoutMs: 300 })).rejects.toMatchObject({ code: "timeout" });
    await expect(other.exec(["true"], { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ code: "aborted" });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await other[Symbol.asyncDispose]();
    expect(await here.exec(["sh", "-c", 'kill -s 0 "$(cat "$0")"', join(folder, "pid")])).toMatchObject({ ok: false });
  });

  it("says what sudo said without the line that it repeats, and which rule is missing", async () => {
    await putSudo('echo "Sorry, you must not run \'$*\' from this tty." >&2; exit 1');
    await using here = await connectLocal();
    const { user } = here.target;
    const refused = asUser(here, user).exec(["true"]);
    await expect(refused).rejects.toMatchObject({ code: "permission-denied", message: expect.stringMatching(/Sorry, you must not run '-n -H -u .*…' from this tty\.\n/) as unknown });
    await expect(refused).rejects.toThrow(`Defaults:${user} !requiretty; ${user} ALL=(${user}) NOPASSWD: /bin/sh`);
    await expect(asUser(here, "no-such-account").exec(["true"])).rejects.toMatchObject({ code: "permission-denied", message: expect.stringContaining("has no account no-such-account") as unknown });
  });

  it("says that there is no sudo, whatever the shell says", async () => {
    for (const from of ["/usr/bin", "/bin"]) {
      for (const name of await readdir(from)) if (name !== "sudo") await symlink(join(from, name), join(folder, name)).catch(() => undefined);
    }
    vi.stubEnv("PATH", folder);
    await using here = await connectLocal();
    await expect(asUser(here, "other").exec(["true"])).rejects.toMatchObject({ code: "not-supported", message: expect.stringContaining("no sudo") as unknown });
  });

  it("has a name that neither a shell nor sudo could take for something else", async () => {
    await using here = await connectLocal();
    const names: readonly unknown[] = ["", "-u", "a b", "a;b", "$(id)", "#0", "a\nb", "a\n", "../a", "!", "%group", "a'b", "a".repeat(65), undefined, ["root"]];
    for (const name of names) expect(() => asUser(here, name as string)).toThrow(OptionsError);
  });

  it("needs a transport of this package", async () => {
    await using here = await connectLocal();
    expect(() => asUser({ ...here }, "other")).toThrow(/none of them/);
  });
});
