import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lines, sh } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { runShell, shells, type ShellName, type ShellRun } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { renderFence } from "./fence-script.js";

const newFolder = scratchFolders("it's a node é ");

interface Node {
  readonly fence: string;
  readonly folder: string;
  /** Starts a job with the fence. `squeue` is what the other job is said to be. */
  start(job: Readonly<Record<string, string>>, options?: { readonly heartbeatSeconds?: number; readonly squeue?: string; readonly sacct?: string }): ShellRun;
  readonly requeued: () => string;
}

function node(shell: ShellName): Node {
  const folder = newFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const program = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  // Slurm ends a job that is queued again.
  program("scontrol", `echo "$@" >> "${folder}/requeued"; kill $PPID`);
  const fence = join(folder, "aa.run");
  return {
    fence,
    folder,
    start(job, { heartbeatSeconds, squeue = "", sacct = "" } = {}) {
      program("squeue", `echo "$@" >> "${folder}/asked"; echo "${squeue}"`);
      program("sacct", `echo "${sacct}"`);
      return runShell(shell, lines(renderFence({ file: fence, heartbeatSeconds }), sh`set -u; echo ran; set | grep ^hpckit_fence`).shell, { env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, SLURMD_NODENAME: "c1", ...job } });
    },
    requeued: () => (existsSync(join(folder, "requeued")) ? readFileSync(join(folder, "requeued"), "utf8") : ""),
  };
}

describe.each(shells)("the fence (%s)", (shell) => {
  it("lets the first job run, and leaves one file and no variable of ours", () => {
    const at = node(shell);
    expect(at.start({ SLURM_JOB_ID: "12" })).toMatchObject({ stdout: "ran\n", stderr: "" });
    expect(readFileSync(at.fence, "utf8")).toBe("job 12 0 c1\n");
    expect(readdirSync(at.folder).filter((name) => name.startsWith("aa"))).toEqual(["aa.run"]);
  });

  it.each([
    ["COMPLETED", 0],
    ["FAILED", 75],
    ["TIMEOUT", 75],
    ["CANCELLED", 75],
  ])("ends a second job as the first, which was %s, and runs nothing", (squeue, status) => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12" });
    const second = at.start({ SLURM_JOB_ID: "13" }, { squeue });
    expect(second).toMatchObject({ status, stdout: "" });
    expect(second.stderr).toContain("job 12 was submitted under the same key");
    expect(at.requeued()).toBe("");
  });

  it.each([
    ["COMPLETED", 0],
    ["CANCELLED by 2001", 75],
  ])("asks accounting about a first job that the controller has forgotten: %s", (sacct, status) => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12" });
    expect(at.start({ SLURM_JOB_ID: "13" }, { sacct })).toMatchObject({ status, stdout: "" });
  });

  it.each(["RUNNING", "PENDING", "PREEMPTED", "COMPLETING", ""])("queues a second job again while the first is %j", (squeue) => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12" });
    expect(at.start({ SLURM_JOB_ID: "13" }, { squeue })).toMatchObject({ stdout: "" });
    expect(at.requeued()).toBe("requeue 13\n");
    expect(readFileSync(at.fence, "utf8")).toBe("job 12 0 c1\n");
  });

  it("lets every task of one array run, and none of another", () => {
    const at = node(shell);
    const task = (array: string, index: string): Record<string, string> => ({ SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: index, SLURM_JOB_ID: String(Number(array) + 1 + Number(index)) });
    expect(at.start(task("20", "1")).stdout).toBe("ran\n");
    expect(at.start(task("20", "2")).stdout).toBe("ran\n");
    expect(at.start(task("30", "2"), { squeue: "COMPLETED" })).toMatchObject({ status: 0, stdout: "" });
    expect(readFileSync(join(at.folder, "asked"), "utf8")).toContain("--jobs=20_2\n");
  });

  it("lets a job that was queued again run again, on the same node at once", () => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12" }, { heartbeatSeconds: 60 });
    expect(at.start({ SLURM_JOB_ID: "12", SLURM_RESTART_COUNT: "1" }, { heartbeatSeconds: 60 }).stdout).toBe("ran\n");
    expect(readFileSync(at.fence, "utf8")).toBe("job 12 1 c1\n");
  });

  it("lets it wait on another node until three signs of life are missing", () => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12" }, { heartbeatSeconds: 60 });
    const again = { SLURM_JOB_ID: "12", SLURM_RESTART_COUNT: "1", SLURMD_NODENAME: "c2" };
    utimesSync(at.fence, Date.now() / 1000 - 181, Date.now() / 1000 - 181);
    expect(at.start(again, { heartbeatSeconds: 60 }).stdout).toBe("ran\n");
    const begun = Date.now();
    expect(at.start({ ...again, SLURM_RESTART_COUNT: "2", SLURMD_NODENAME: "c3" }, { heartbeatSeconds: 1 }).stdout).toBe("ran\n");
    expect(Date.now() - begun).toBeGreaterThan(1900);
    expect(readFileSync(at.fence, "utf8")).toBe("job 12 2 c3\n");
  });

  it("ends a start that a later one has taken over from", () => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12", SLURM_RESTART_COUNT: "2" }, { heartbeatSeconds: 60 });
    expect(at.start({ SLURM_JOB_ID: "12", SLURM_RESTART_COUNT: "1" }, { heartbeatSeconds: 60 })).toMatchObject({ status: 75, stdout: "" });
  });

  it("runs nothing where it cannot be put up", () => {
    const at = node(shell);
    rmSync(at.folder, { recursive: true });
    expect(runShell(shell, lines(renderFence({ file: at.fence, heartbeatSeconds: undefined }), sh`echo ran`).shell, { env: { SLURM_JOB_ID: "12" } })).toMatchObject({ status: 78, stdout: "", stderr: expect.stringContaining("does this node see that folder") as string });
  });
});
