import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { activation, type ActivationInput } from "./activation.js";
import { renderActivation, type ActivationShell } from "./render-activation.js";

const makeFolder = scratchFolders("hpckit activation's-");

interface Shell {
  readonly name: string;
  readonly kind: ActivationShell;
  readonly argv: readonly string[];
  readonly source: string;
}
const shells: readonly Shell[] = [
  ...["sh", "dash", "bash", "zsh"].map((name): Shell => ({ name, kind: "sh", argv: [name, ...(name === "zsh" ? ["-f"] : [])], source: "." })),
  { name: "bash -eu", kind: "sh", argv: ["bash", "-eu"], source: "." },
  { name: "zsh -eu", kind: "sh", argv: ["zsh", "-f", "-eu"], source: "." },
  { name: "tcsh", kind: "csh", argv: ["tcsh", "-f"], source: "source" },
  { name: "fish", kind: "fish", argv: ["fish", "--no-config"], source: "source" },
];

/** Environments in a folder, a link `main` to the first, and the script for each shell. */
function makeGround(input: Partial<ActivationInput> = {}): { readonly folder: string; readonly inputs: ActivationInput; readonly script: (kind: ActivationShell) => string } {
  const folder = realpathSync(makeFolder());
  for (const name of ["1", "2"]) {
    mkdirSync(join(folder, name, "bin"), { recursive: true });
    writeFileSync(join(folder, name, "bin/python"), "#!/bin/sh\n");
    chmodSync(join(folder, name, "bin/python"), 0o755);
  }
  symlinkSync("1", join(folder, "main"));
  const inputs = { folder: join(folder, "main"), ...input };
  for (const kind of ["sh", "csh", "fish"] as const) writeFileSync(join(folder, kind), renderActivation(activation(inputs), { shell: kind }));
  return { folder, inputs, script: (kind) => join(folder, kind) };
}

type Environment = Readonly<Record<string, string>>;
const before: Environment = { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8", HOME: "/nonexistent", SHLVL: "1", TERM: "dumb" };

/** Runs lines in a shell; each `DUMP` gives the environment at that place. */
function session({ argv: [program = "", ...options] }: Shell, folder: string, script: readonly string[], env: Environment = before): { readonly status: number | null; readonly dumps: readonly Environment[]; readonly stderr: string } {
  const file = join(folder, "session");
  writeFileSync(file, `${script.join("\n").replaceAll("DUMP", "/usr/bin/env -0; /usr/bin/printf '\\0'")}\n`);
  const { status, stdout, stderr } = spawnSync(program, [...options, file], { encoding: "utf8", env });
  const dumps = stdout.split("\0\0").slice(0, -1);
  return { status, stderr, dumps: dumps.map((dump) => Object.fromEntries(dump.split("\0").flatMap((line) => readVariable(line)))) };
}

/** What shells count for themselves is no state of ours. */
const ofShells = /^(?:_|SHLVL|PWD|OLDPWD|HOSTTYPE|VENDOR|OSTYPE|MACHTYPE|LOGNAME|USER|GROUP|HOST|NLSPATH)$/;
function readVariable(line: string): readonly [string, string][] {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
  return name === "" || ofShells.test(name) ? [] : [[name, value]];
}

/** How another program quotes a path for any of these shells. */
const quoted = (path: string): string => `"${path}"`;

describe.each(shells)("the activation script in $name", (shell) => {
  const project = { pythonPath: ["/caqrn/co de/src", "/caqrn/it's"], path: ["/caqrn/bin"], variables: { CAQRN_DATA: "/data/in coming", CAQRN_SITE: "x" } };

  it("activates, changes nothing when it is sourced again, and is undone", () => {
    const { folder, script } = makeGround(project);
    const env = { ...before, PYTHONPATH: "/mine", PYTHONHOME: "/elsewhere", CAQRN_SITE: "of the user's" };
    const source = `${shell.source} ${quoted(script(shell.kind))}`;
    const { dumps, stderr } = session(shell, folder, ["DUMP", source, "DUMP", source, "DUMP", "deactivate", "DUMP"], env);
    expect(stderr).toBe("");
    const [bare, once, twice, left] = dumps;
    expect(once).toMatchObject({
      VIRTUAL_ENV: `${folder}/1`,
      PYTHONNOUSERSITE: "1",
      PATH: `${folder}/1/bin:/caqrn/bin:${before["PATH"]}`,
      PYTHONPATH: "/caqrn/co de/src:/caqrn/it's:/mine",
      ...project.variables,
    });
    expect(once).not.toHaveProperty("PYTHONHOME");
    expect(twice).toEqual(once);
    expect(left).toEqual(bare);
  });

  it("leaves what was added since, and follows a switched link when it is sourced again", () => {
    const { folder, script } = makeGround(project);
    const source = `${shell.source} ${quoted(script(shell.kind))}`;
    const add = { sh: 'PATH="/added:$PATH"; export PATH', csh: 'setenv PATH "/added:$PATH"', fish: "set -gx PATH /added $PATH" }[shell.kind];
    const { dumps, stderr } = session(shell, folder, [source, add, `ln -s 2 ${quoted(`${folder}/next`)}`, `mv -T ${quoted(`${folder}/next`)} ${quoted(`${folder}/main`)}`, "DUMP", source, "DUMP", "deactivate", "DUMP"]);
    expect(stderr).toBe("");
    const [added, switched, left] = dumps;
    expect(added).toMatchObject({ VIRTUAL_ENV: `${folder}/1`, PATH: `/added:${folder}/1/bin:/caqrn/bin:${before["PATH"]}` });
    expect(switched).toMatchObject({ VIRTUAL_ENV: `${folder}/2`, PATH: `${folder}/2/bin:/caqrn/bin:/added:${before["PATH"]}`, PYTHONPATH: project.pythonPath.join(":") });
    expect(left).toEqual({ ...before, PATH: `/added:${before["PATH"]}`, SHLVL: undefined });
  });

  it.each(shells)("is undone and followed by $name that is started from it", (inner) => {
    const { folder, script } = makeGround(project);
    const other = makeGround({ variables: { ELSE: "1" } });
    const { dumps: [active = {}] } = session(shell, folder, [`${shell.source} ${quoted(script(shell.kind))}`, "DUMP"]);
    const within = (ground: typeof other) => `${inner.source} ${quoted(ground.script(inner.kind))}`;
    const { dumps, stderr } = session(inner, folder, [within({ ...other, script }), "DUMP", within(other), "DUMP", "deactivate", "DUMP"], { ...active, SHLVL: "1" });
    expect(stderr).toBe("");
    expect(dumps[0]).toEqual(active);
    expect(dumps[1]).toMatchObject({ VIRTUAL_ENV: `${other.folder}/1`, PATH: `${other.folder}/1/bin:${before["PATH"]}`, ELSE: "1" });
    expect(dumps[1]).not.toHaveProperty("PYTHONPATH");
    expect(dumps[2]).toEqual({ ...before, SHLVL: undefined });
  });

  it("changes nothing where no environment is, says so, and ends with 1", () => {
    const { folder, inputs, script } = makeGround({});
    renameSync(join(folder, "1"), join(folder, "gone"));
    const source = `${shell.source} ${quoted(script(shell.kind))}`;
    const check = { sh: `if ${source}; then exit 7; fi`, csh: `${source}\nif ( $status == 0 ) exit 7`, fish: `${source}; and exit 7` }[shell.kind];
    const { status, dumps, stderr } = session(shell, folder, [check, "DUMP"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: `hpckit: there is no Python environment at ${inputs.folder}: build it, or correct the path\n` });
    expect(dumps).toEqual([{ ...before, SHLVL: undefined }]);
  });

  it("sets every value byte for byte, and restores every one", () => {
    const hostile = fc.string({ unit: fc.oneof(fc.constantFrom(..."ab !\\'\"$`~#*?^%(){}[];&|<>=:,é"), fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 })) });
    const value = hostile.filter((text) => !/\p{Cc}/u.test(text));
    const values = fc.dictionary(fc.stringMatching(/^[a-z]{4,8}$/).map((name) => `V_${name}`), fc.tuple(value, value), { minKeys: 3, maxKeys: 10 });
    fc.assert(
      fc.property(values, (all) => {
        const chosen = (index: 0 | 1) => Object.fromEntries(Object.entries(all).map(([name, pair]) => [name, pair[index]]));
        const { folder, script } = makeGround({ variables: chosen(0) });
        const { dumps, stderr } = session(shell, folder, [`${shell.source} ${quoted(script(shell.kind))}`, "DUMP", "deactivate", "DUMP"], { ...before, ...chosen(1) });
        expect(stderr).toBe("");
        expect(dumps[0]).toMatchObject(chosen(0));
        expect(dumps[1]).toEqual({ ...before, ...chosen(1), SHLVL: undefined });
      }),
      { numRuns: 8 },
    );
  });
});
