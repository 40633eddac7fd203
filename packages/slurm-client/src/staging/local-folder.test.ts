import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyLayers, compose, expand, OptionsError, renderScript } from "@hpckit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { step } from "../step/step.js";
import { cannotMakeStatus } from "./local-folder-script.js";
import { nodeLocalFolder, type NodeLocalFolderOptions } from "./node-local-folder.js";

/** A squeue that knows the jobs 5 and, as one that it cannot be asked about, 6. */
const squeue = `#!/bin/sh
case "$*" in
  *--jobs=5\\ *) echo 5 ;;
  *--jobs=6\\ *) echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1 ;;
  *) echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1 ;;
esac
`;

describe.each(shells)("a node-local folder, in %s", (shell) => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "hpckit local'-"));
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/squeue"), squeue);
    chmodSync(join(root, "bin/squeue"), 0o755);
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const run = (script: string, options: NodeLocalFolderOptions = { root }, env: Readonly<Record<string, string>> = {}) => {
    const recipe = compose(["sh", "-c", script], []);
    return runShell(shell, renderScript(applyLayers(recipe, [nodeLocalFolder(options)])).text, { env: { PATH: `${join(root, "bin")}:${process.env["PATH"] ?? ""}`, SLURM_CLUSTER_NAME: "one-4", SLURM_JOB_ID: "77", ...env } });
  };
  const made = (): readonly string[] => readdirSync(root).filter((name) => name.startsWith("hpckit-")).sort();

  it.each(["job", "task"] as const)("per %s is private, named by its variable, and gone after the command, whose status stays", (per) => {
    const { stdout, status } = run('stat -c %a "$SLURM_TMPDIR"; touch "$SLURM_TMPDIR/it\'s"; echo "$SLURM_TMPDIR"; exit 7', { root, per });
    expect(status).toBe(7);
    expect(stdout).toMatch(/^700\n.*\/hpckit-one-4-77-\w{8}\n$/);
    expect(made()).toEqual([]);
  });

  it("is removed by its own name, whatever the command makes of its variable, and no link is followed", () => {
    const outside = join(root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "kept"), "");
    const { status } = run(`ln -s ${JSON.stringify(outside)} "$LOCAL/link"; LOCAL=/; exit 0`, { root, variable: "LOCAL" });
    expect(status).toBe(0);
    expect(existsSync(join(outside, "kept"))).toBe(true);
    expect(made()).toEqual([]);
  });

  it("is removed when a signal ends the command", () => {
    const { status } = run("kill -TERM $PPID; exec sleep 30");
    expect(status).toBe(143);
    expect(made()).toEqual([]);
  });

  it("is made in the site's folder, in one that only the node knows, or not at all", () => {
    expect(run('echo "$SLURM_TMPDIR"', {}, { SLURM_TMPDIR: root }).stdout).toContain(root);
    expect(run('echo "$SLURM_TMPDIR"', { root: expand("$FAST") }, { FAST: root }).stdout).toContain(root);
    expect(run("echo reached", { root: "relative" })).toMatchObject({ status: cannotMakeStatus, stdout: "", stderr: expect.stringContaining("no absolute path") as string });
    expect(run("echo reached", { root: join(root, "none") })).toMatchObject({ status: cannotMakeStatus, stdout: "", stderr: expect.stringContaining("is it there, with room?") as string });
  });

  it("takes along what jobs have left that Slurm no longer knows, and nothing else", () => {
    const folders = ["4-abcdefgh", "5-abcdefgh", "6-abcdefgh", "77-abcdefgh", "4x-abcdefgh", "4-short", "8-4-abcdefgh"].map((name) => `hpckit-one-4-${name}`);
    const ofOthers = ["hpckit-one-5-abcdefgh", "hpckit-4-abcdefgh"];
    for (const name of [...folders, ...ofOthers]) mkdirSync(join(root, name), { mode: 0o700 });
    mkdirSync(join(root, "hpckit-one-4-3-abcdefgh"), { mode: 0o755 });
    symlinkSync(join(root, "bin"), join(root, "hpckit-one-4-2-abcdefgh"));
    run("true", { root, per: "task" }, { SLURM_LOCALID: "1" });
    expect(made()).toContain(folders[0]);
    run("true", { root, per: "task" }, { SLURM_LOCALID: "0" });
    expect(made()).toEqual([...folders.slice(1), ...ofOthers, "hpckit-one-4-3-abcdefgh", "hpckit-one-4-2-abcdefgh"].sort());
    expect(statSync(join(root, "bin/squeue")).size).toBeGreaterThan(0);
  });
});

it("a node-local folder per job stands left of a step, once for a variable", () => {
  expect(() => applyLayers(compose(["true"]), [step(), nodeLocalFolder()])).toThrow("runs once per job");
  expect(applyLayers(compose(["true"]), [step(), nodeLocalFolder({ per: "task" })]).argv).toContain("srun");
  expect(() => applyLayers(compose(["true"]), [nodeLocalFolder(), nodeLocalFolder()])).toThrow(OptionsError);
  expect(() => nodeLocalFolder({ variable: "a b" })).toThrow(OptionsError);
  expect(() => nodeLocalFolder({ per: "node" } as object)).toThrow(OptionsError);
});
