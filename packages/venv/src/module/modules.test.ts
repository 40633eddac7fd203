import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { applyLayers, compose, OptionsError, renderScript } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { runShell, type ShellRun } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { modules, type ModulesOptions } from "./modules.js";

const makeFolder = scratchFolders("hpckit it's modules-");

/** A folder of module files for Tcl modules, of which Debian's are installed: the clusters of the tests have Lmod. */
function moduleFiles(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), `#%Module1.0\n${text}\n`);
  }
  return folder;
}

const tools = { "tool/1.0": "setenv TOOL 1.0", "tool/1.2": "setenv TOOL 1.2\nprepend-path PATH /tool/bin", ".modulerc": "module-alias kit tool/1.0", broken: "error {out of order}", "needy/1": "module load absent" };

function load(names: readonly string[], options: ModulesOptions, env: Record<string, string> = {}): ShellRun {
  const launch = applyLayers(compose(["sh", "-c", 'printf "%s\\n" "started with ${TOOL-none}" "$PATH"']), [modules(names, options)]);
  const { dialect, text } = renderScript(launch);
  expect(dialect).toBe("bash");
  return runShell("bash", text, { env });
}

/** What modules leave in the environment, and a job that is submitted from it inherits. */
function readLoaded(line: string): readonly [string, string][] {
  const [, name, value] = /^((?:TOOL|LOADEDMODULES|_LMFILES_|MODULEPATH|MODULESHOME|__MOD\w*))=(.*)$/s.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value]];
}

describe("modules", () => {
  it("loads what is named, in order, from the folders that are used", () => {
    const { status, stdout, stderr } = load(["tool/1.2"], { use: [moduleFiles(tools)], system: "tcl" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^started with 1\.2\n\/tool\/bin:/);
  });

  it("takes a default version and an alias for what they lead to", () => {
    const use = [moduleFiles(tools)];
    expect(load(["tool"], { use }).stdout).toContain("started with 1.2\n");
    expect(load(["kit"], { use }).stdout).toContain("started with 1.0\n");
  });

  it.each([["absent", "absent"], ["broken", "broken"], ["needy", "needy"]])("stops where the module %s cannot be loaded, and says so", (name, named) => {
    const { status, stdout, stderr } = load(["tool", name], { use: [moduleFiles(tools)] });
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toMatch(new RegExp(`hpckit: the module ${named} could not be loaded on \\S+; the command was not started\n$`));
  });

  it("stops where a module takes out one that was loaded before, as families of compilers do", () => {
    const files = { ...tools, "gcc/12": "setenv CC gcc", "intel/1": "module unload gcc\nsetenv CC icc" };
    const { status, stdout, stderr } = load(["gcc/12", "intel/1"], { use: [moduleFiles(files)] });
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toMatch(/the module gcc\/12 was taken out by another that was loaded after it on \S+; the command was not started\n$/);
  });

  it("unloads first what the person who submits has loaded, where that is asked", () => {
    const folder = moduleFiles(tools);
    const [init, name] = ["/usr/share/modules/init/bash", "tool/1.0"];
    const { stdout } = runShell("bash", `. ${init}; module use "$F"; module load ${name}; env -0`, { env: { F: folder } });
    const loaded = Object.fromEntries(stdout.split("\0").flatMap(readLoaded));
    expect(load(["null"], {}, loaded).stdout).toContain("started with 1.0\n");
    expect(load(["null"], { purge: true }, loaded).stdout).toContain("started with none\n");
  });

  it("believes no status of a system that always gives 0, as Tcl modules 3 did", () => {
    const folder = makeFolder();
    const init = join(folder, "init");
    writeFileSync(init, 'module() { if [ "$*" = "load there" ]; then LOADEDMODULES=there/1; else echo "ERROR:105: Unable to locate a modulefile" >&2; fi; }\n');
    expect(load(["there"], { init }).status).toBe(0);
    expect(load(["there", "absent"], { init })).toMatchObject({ status: 64, stdout: "" });
  });

  it("says what it lacks where nothing defines `module`, or the other system does", () => {
    const init = join(makeFolder(), "init");
    expect(load(["a"], { init })).toMatchObject({ status: 64, stderr: expect.stringContaining(`${init}, which should define "module", failed`) as string });
    writeFileSync(init, ":\n");
    expect(load(["a"], { init })).toMatchObject({ status: 64, stderr: expect.stringContaining('give the file that defines it for bash as "init"') as string });
    expect(load(["null"], { system: "lmod" })).toMatchObject({ status: 64, stderr: expect.stringContaining("hpckit: ") as string });
    expect(load(["null"], { system: "lmod", init: "/usr/share/modules/init/bash" })).toMatchObject({ status: 64, stderr: expect.stringContaining('"module" is not of Lmod') as string });
  });

  it.each(["", "-a", "a b", "a'b", "a;b", "$(id)"])("refuses %j, which is no module's name", (name) => {
    expect(() => modules([name])).toThrow(OptionsError);
  });

  it("refuses to load nothing, and unknown options", () => {
    expect(() => modules([])).toThrow("name at least one module");
    expect(() => modules(["a"], { purged: true } as ModulesOptions)).toThrow('did you mean "purge"?');
  });
});
