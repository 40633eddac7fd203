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
  /** Starts a job with the fence. `squeue` and `sacct` are shell: what they print of the other job, look by look. */
  start(job: Readonly<Record<string, string>>, options?: { readonly heartbeatSeconds?: number; readonly squeue?: readonly string[]; readonly sacct?: string }): ShellRun;
  /** What scontrol was told. */
  readonly orders: () => string;
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
  program("scontrol", `echo "$@" >> "${folder}/orders"; [ ! -e "${folder}/refuses" ] || exit 1; kill $PPID`);
  const fence = join(folder, "aa.run");
  return {
    fence,
    folder,
    start(job, { heartbeatSeconds, squeue = [forgotten], sacct = "" } = {}) {
      program("squeue", `echo "$@" >> "${folder}/asked"\ncase $(cat "${folder}/slept" 2>/dev/null | wc -l) in ${squeue.map((text, look) => `${look === squeue.length - 1 ? "*" : look}) ${text} ;;`).join(" ")} esac`);
      program("sacct", sacct);
      // A minute is no time here.
      if (heartbeatSeconds === undefined) program("sleep", `echo >> "${folder}/slept"`);
      return runShell(shell, lines(renderFence({ file: fence, heartbeatSeconds }), sh`set -u; echo ran; set | grep ^hpckit_fence`).shell, { env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, SLURMD_NODENAME: "c1", ...job } });
    },
    orders: () => (existsSync(join(folder, "orders")) ? readFileSync(join(folder, "orders"), "utf8") : ""),
  };
}

const forgotten = 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1';
const unreachable = 'echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1';
const waits = "requeue 13\nupdate JobId=13 Dependency=afterany:12\n";

describe.each(shells)("the fence (%s)", (shell) => {
  it("lets the first job run, and leaves one file and no variable of ours", () => {
    const at = node(shell);
    expect(at.start({ SLURM_JOB_ID: "12" })).toMatchObject({ stdout: "ran\n", stderr: "" });
    expect(readFileSync(at.fence, "utf8")).toBe("job 12 0 c1\n");
    expect(readdirSync(at.folder).filter((name) => name.startsWith("aa"))).toEqual(["aa.run"]);
  });

  it.each<[string, readonly string[], number]>([
    ["completed", ["echo COMPLETED"], 0],
    ["failed", ["echo FAILED"], 75],
    ["ran into its limit", ["echo TIMEOUT"], 75],
    ["was cancelled", ["echo CANCELLED"], 75],
    ["completed in all components", ["echo COMPLETED; echo COMPLETED"], 0],
    ["failed in one component", ["echo COMPLETED; echo FAILED; echo COMPLETED"], 75],
    ["lost a node, and does not come back", ["echo NODE_FAIL"], 75],
    ["made room, and does not come back", ["echo PREEMPTED"], 75],
    ["did not boot again", ["echo BOOT_FAIL"], 75],
    ["went to another cluster", ["echo REVOKED"], 75],
    ["lost a node in one component", ["echo CANCELLED; echo NODE_FAIL; echo CANCELLED"], 75],
    ["lost a node, and completed after all", ["echo NODE_FAIL", "echo NODE_FAIL", "echo COMPLETED"], 0],
  ])("ends a second job as the first, which %s, and runs nothing", (_, squeue, status) => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12" });
    const second = at.start({ SLURM_JOB_ID: "13" }, { squeue });
    expect(second).toMatchObject({ status, stdout: "" });
    expect(second.stderr).toContain("job 12 was submitted under the same key");
    expect(at.orders()).toBe("");
  });

  it.each<[string, string, number]>([
    ["which knows that it completed", "echo COMPLETED", 0],
    ["which knows that all components did", "echo COMPLETED; echo COMPLETED", 0],
    ["which knows by whom it was cancelled", "echo CANCELLED by 2001", 75],
    ["which knows that its node was lost", "echo NODE_FAIL", 75],
    ["which never heard of its end", "echo RUNNING", 75],
    ["which does not know it", "", 75],
    ["which is away, or is not there", "echo 'Slurm accounting storage is disabled' >&2; exit 1", 75],
  ])("asks accounting about a first job that the controller has forgotten, %s", (_, sacct, status) => {
    for (const squeue of [forgotten, "true"]) {
      const at = node(shell);
      at.start({ SLURM_JOB_ID: "12" });
      expect(at.start({ SLURM_JOB_ID: "13" }, { squeue: [squeue], sacct })).toMatchObject({ status, stdout: "" });
      expect(at.orders()).toBe("");
    }
  });

  it.each<[string, readonly string[]]>([
    ["is RUNNING", ["echo RUNNING"]],
    ["is PENDING again", ["echo PENDING"]],
    ["is COMPLETING", ["echo COMPLETING"]],
    ["has a state of its own", ["echo LAUNCH_FAILED"]],
    ["goes on in one component", ["echo COMPLETED; echo RUNNING; echo NODE_FAIL"]],
    ["has lost a node, and comes back", ["echo NODE_FAIL", "echo PENDING"]],
    ["is not known of, because the controller is away", [unreachable]],
    ["is not known of, because the controller does not answer in time", ["echo 'slurm_load_jobs error: Socket timed out' >&2"]],
  ])("queues a second job again, behind the first, while that %s", (_, squeue) => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12" });
    expect(at.start({ SLURM_JOB_ID: "13" }, { squeue, sacct: "echo COMPLETED" })).toMatchObject({ stdout: "" });
    expect(at.orders()).toBe(waits);
    expect(readFileSync(at.fence, "utf8")).toBe("job 12 0 c1\n");
  });

  it("lets a second job that may not be queued again wait where it is", () => {
    const at = node(shell);
    writeFileSync(join(at.folder, "refuses"), "");
    at.start({ SLURM_JOB_ID: "12" });
    expect(at.start({ SLURM_JOB_ID: "13" }, { squeue: ["echo RUNNING", "echo RUNNING", "echo COMPLETED"] })).toMatchObject({ status: 0, stdout: "" });
    expect(at.orders()).toBe("requeue 13\nrequeue 13\n");
  });

  it("ends a second job where nobody can be asked about the first", () => {
    const at = node(shell);
    at.start({ SLURM_JOB_ID: "12" });
    rmSync(join(at.folder, "bin", "squeue"));
    expect(runShell(shell, lines(renderFence({ file: at.fence, heartbeatSeconds: undefined }), sh`echo ran`).shell, { env: { PATH: "/usr/bin:/bin", SLURM_JOB_ID: "13" } })).toMatchObject({ status: 75, stdout: "", stderr: expect.stringContaining("there is no squeue on this node") as string });
  });

  it("lets every task of one array run, and none of another", () => {
    const at = node(shell);
    const task = (array: string, index: string): Record<string, string> => ({ SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: index, SLURM_JOB_ID: String(Number(array) + 1 + Number(index)) });
    expect(at.start(task("20", "1")).stdout).toBe("ran\n");
    expect(at.start(task("20", "2")).stdout).toBe("ran\n");
    expect(at.start(task("30", "2"), { squeue: ["echo COMPLETED"] })).toMatchObject({ status: 0, stdout: "" });
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
