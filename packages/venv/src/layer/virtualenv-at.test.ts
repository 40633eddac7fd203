import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compose, enter, folderFunctions, prepare, run, type Launch, type LaunchLayer, type Transport } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { activation } from "../activation/activation.js";
import { basesOf } from "./base-prefix.js";
import { parseLocated } from "./locate-script.js";
import { virtualenvAt } from "./virtualenv-at.js";

const makeFolder = scratchFolders("hpckit virtualenv at ");

/** A real environment, and the link `main` to it. */
function makeEnvironment(): { readonly root: string; readonly main: string } {
  const root = realpathSync(makeFolder());
  const made = runShell("sh", 'python3 -m venv --without-pip "$AT"', { env: { AT: join(root, "one-1") } });
  if (made.status !== 0) throw new Error(made.stderr);
  symlinkSync("one-1", join(root, "main"));
  return { root, main: join(root, "main") };
}

/** Stands for a container: notes what is mounted, and runs inside on this machine. */
function containerOf(seen: Launch[]): LaunchLayer {
  return {
    name: "container",
    boundary: "filesystem",
    apply: (inner) => {
      seen.push(inner);
      return { ...inner, argv: enter(inner).argv, setup: [], cwd: undefined };
    },
  };
}

describe("virtualenvAt", () => {
  it("follows the link when the launch is prepared, so that a switch changes no launch", async () => {
    await using here = await connectLocal();
    const { root, main } = makeEnvironment();
    const launch = await prepare(compose(["python", "-c", "import sys; print(sys.prefix)"], [virtualenvAt(activation({ folder: main }))]), here);
    rmSync(main);
    mkdirSync(main);
    expect((await run({ argv: launch.argv, layers: [{ name: "prepared", apply: () => launch }] }, here)).stdout).toBe(`${root}/one-1\n`);
  });

  it("puts the project's code first, as the script for people does", async () => {
    await using here = await connectLocal();
    const { root, main } = makeEnvironment();
    const code = join(root, "co de");
    mkdirSync(code);
    writeFileSync(join(code, "caqrn.py"), "import os\nprint(os.environ['CAQRN_DATA'])\n");
    const active = activation({ folder: main, pythonPath: [code], variables: { CAQRN_DATA: "/data, $HOME" } });
    expect((await run(compose(["python", "-m", "caqrn"], [virtualenvAt(active)]), here)).stdout).toBe("/data, $HOME\n");
  });

  it("says where no environment is, and where its interpreter is gone", async () => {
    await using here = await connectLocal();
    const { root, main } = makeEnvironment();
    const at = (folder: string) => prepare(compose(["true"], [virtualenvAt(activation({ folder }))]), here);
    await expect(at(join(root, "none"))).rejects.toMatchObject({ code: "environment-missing" });
    rmSync(join(root, "one-1/bin/python3"));
    symlinkSync("/nowhere/bin/python3", join(root, "one-1/bin/python3"));
    await expect(at(main)).rejects.toMatchObject({ code: "base-missing" });
  });

  it("refuses one of which a purge has taken files, or that was never finished", async () => {
    await using here = await connectLocal();
    const { root, main } = makeEnvironment();
    const at = () => prepare(compose(["true"], [virtualenvAt(activation({ folder: main }))]), here);
    mkdirSync(join(root, "one-1/.hpckit"));
    await expect(at()).rejects.toMatchObject({ code: "environment-missing" });
    runShell("sh", `${folderFunctions.shell}\nhpckit_files "$AT" > "$AT/.hpckit/complete"`, { env: { AT: join(root, "one-1") } });
    await at();
    rmSync(join(root, "one-1/bin/activate"));
    await expect(at()).rejects.toMatchObject({ code: "environment-missing", message: expect.stringContaining("files are missing") as string });
  });

  it("refuses one that a prune takes away as it is looked at", async () => {
    await using here = await connectLocal();
    const { root, main } = makeEnvironment();
    mkdirSync(join(root, "one-1/.hpckit"));
    runShell("sh", `${folderFunctions.shell}\nhpckit_files "$AT" > "$AT/.hpckit/complete"; : > "$AT/.hpckit/used"`, { env: { AT: join(root, "one-1") } });
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/touch"), `#!/bin/sh\nmv '${root}/one-1' '${root}/.pruned-one-1'\n`, { mode: 0o755 });
    const pruned: Transport = { ...here, exec: (argv, options) => here.exec(["env", `PATH=${root}/bin:${process.env["PATH"] ?? ""}`, ...argv], options) };
    await expect(prepare(compose(["true"], [virtualenvAt(activation({ folder: main }))]), pruned)).rejects.toMatchObject({ code: "environment-missing" });
  });

  it("mounts the interpreter that it stands on in a container, in front of which it is tried there", async () => {
    await using here = await connectLocal();
    const { root, main } = makeEnvironment();
    const seen: Launch[] = [];
    const launch = await prepare(compose(["true"], [containerOf(seen), virtualenvAt(activation({ folder: main }))]), here);
    const base = runShell("sh", "python3 -c 'import sys; print(sys.base_prefix)'").stdout.trim();
    const bases = /^\/usr(?:\/local)?$/.test(base) ? [] : [base];
    expect(launch.needs.map(({ path }) => path)).toEqual(expect.arrayContaining([`${root}/one-1`, ...bases]));
    expect(seen).toHaveLength(2);
  });
});

describe("the interpreter under an environment", () => {
  it.each([
    ["/usr/bin", "/usr/bin/python3.13", []],
    ["/usr/local/bin", undefined, []],
    ["/sw/python/3.12/bin", "/sw/python/3.12/bin/python3.12", ["/sw/python/3.12"]],
    ["/sw/python/current/bin", "/sw/python/3.12/bin/python3.12", ["/sw/python/current", "/sw/python/3.12"]],
    ["/sw/bin", "/usr/bin/python3.13", ["/sw"]],
  ])("of %s and %s is mounted from %j", (home, interpreter, bases) => {
    expect(basesOf({ home, interpreter })).toEqual(bases);
  });
});

describe("parseLocated", () => {
  it("reads what venv, virtualenv and uv write", () => {
    const text = "state found\nfolder /a b\nhome /sw/bin\nversion 3.12.4.final.0\ninterpreter /sw/bin/python3.12\n";
    expect(parseLocated(text)).toEqual({ kind: "found", folder: "/a b", home: "/sw/bin", interpreter: "/sw/bin/python3.12", pythonVersion: "3.12.4" });
  });

  it.each(["Welcome!\nstate absent\n", "state found\nfolder /a\n", "state found\nfolder /a\nhome relative\nversion 3.12.4\n"])("guesses nothing from %j", (text) => {
    expect(() => parseLocated(text)).toThrow("look at a Python environment");
  });
});
