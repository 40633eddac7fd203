import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lines, sh, type ShellExpression } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { findProcesses } from "../../../../tools/e2e/find-processes.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { shells } from "../../../../tools/shells/run-shell.js";
import type { WarningSignalName } from "../spec/warning-signal.js";
import { renderFence } from "./fence-script.js";

const newFolder = scratchFolders("it's early é ");

interface Scene {
  /** What stands in the fence, and for how many seconds nobody has touched it. */
  readonly fence?: string;
  readonly silentSeconds?: number;
  readonly heartbeatSeconds?: number;
  readonly warning?: WarningSignalName;
  /** What squeue and scontrol do. */
  readonly squeue?: string;
  readonly scontrol?: string;
  readonly command?: ShellExpression;
}

interface Start {
  readonly folder: string;
  readonly fence: string;
  readonly job: ChildProcess;
  /** Resolves once it has said that it waits. */
  readonly waits: () => Promise<void>;
  /** Resolves at its end. */
  readonly end: Promise<{ readonly code: number | null; readonly signal: string | null; readonly stdout: string; readonly stderr: string }>;
  readonly orders: () => string;
}

describe.each(shells)("a start that finds an earlier one on another node (%s)", (shell) => {
  /** Begins the second start of job 12, on c2. */
  function start({ fence: text = "job 12 0 c1\n", silentSeconds = 20, heartbeatSeconds = 60, warning, squeue = "echo RUNNING", scontrol = ":", command = sh`echo ran` }: Scene = {}): Start {
    const folder = newFolder();
    const [bin, fence] = [join(folder, "bin"), join(folder, "aa.run")];
    mkdirSync(bin);
    for (const [name, program] of [["squeue", squeue], ["scontrol", `echo "$@" >>"${folder}/orders"; ${scontrol}`]] as const) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${program}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    writeFileSync(fence, text);
    utimesSync(fence, Date.now() / 1000 - silentSeconds, Date.now() / 1000 - silentSeconds);
    const script = lines(renderFence({ file: fence, heartbeatSeconds, warning }), command);
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, SLURM_JOB_ID: "12", SLURM_RESTART_COUNT: "1", SLURMD_NODENAME: "c2" };
    const job = spawn(shell, ["-c", script.shell], { detached: true, stdio: ["ignore", "pipe", "pipe"], env });
    let [stdout, stderr] = ["", ""];
    job.stdout.setEncoding("utf8").on("data", (piece: string) => (stdout += piece));
    job.stderr.setEncoding("utf8").on("data", (piece: string) => (stderr += piece));
    return {
      folder,
      fence,
      job,
      waits: () => expect.poll(() => stderr, { timeout: 5000 }).toContain("waits"),
      end: once(job, "close").then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null, stdout, stderr })),
      orders: () => (existsSync(join(folder, "orders")) ? readFileSync(join(folder, "orders"), "utf8") : ""),
    };
  }

  /** Nothing is left of a start that has ended, and the fence is as it was. */
  async function expectNothing({ folder, fence }: Start): Promise<void> {
    await expect.poll(() => findProcesses({ marked: folder, namespaces: new Set() }).map(({ command }) => command), { timeout: 4000 }).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.startsWith("aa"))).toEqual(["aa.run"]);
    expect(readFileSync(fence, "utf8")).toBe("job 12 0 c1\n");
  }

  it("says once for what it waits, and for how long at most", async () => {
    const { end, fence } = start({ heartbeatSeconds: 1, silentSeconds: 1 });
    const { stdout, stderr } = await end;
    expect(stdout).toBe("ran\n");
    expect(stderr).toMatch(/^hpckit: waits up to [12] s because an earlier start on c1 gave a sign of life [12] s ago\n$/);
    expect(readFileSync(fence, "utf8")).toBe("job 12 1 c2\n");
  });

  it("runs at once after one that has said that it ended", async () => {
    const { end, fence } = start({ fence: "job 12 0 c1\nended\n" });
    expect(await end).toMatchObject({ code: 0, stdout: "ran\n", stderr: "" });
    expect(readFileSync(fence, "utf8")).toBe("job 12 1 c2\n");
  });

  it("runs once that says so", async () => {
    const { waits, end, fence } = start({ heartbeatSeconds: 1, silentSeconds: -30 });
    await waits();
    writeFileSync(fence, "job 12 0 c1\nended\n");
    expect(await end).toMatchObject({ code: 0, stdout: "ran\n" });
  });

  it("does not wait for ever for a fence that is gone", async () => {
    const { waits, end, fence, folder } = start({ heartbeatSeconds: 1, silentSeconds: -30 });
    await waits();
    rmSync(fence);
    expect(await end).toMatchObject({ code: 78, stdout: "", stderr: expect.stringContaining("cannot look at") as string });
    expect(readdirSync(folder).filter((name) => name.startsWith("aa"))).toEqual([]);
  });

  it("ends where a later one has taken over meanwhile", async () => {
    const { waits, end, fence, folder } = start({ heartbeatSeconds: 1, silentSeconds: -30 });
    await waits();
    writeFileSync(fence, "job 12 2 c3\n");
    expect(await end).toMatchObject({ code: 75, stdout: "", stderr: expect.stringContaining("a later start of this job has taken over") as string });
    expect(readdirSync(folder)).not.toContain("aa.run.12.1");
  });

  it.each(["HUP", "INT", "ABRT", "ALRM", "TERM", "USR1", "USR2"] as const)("says for what it waited when SIG%s ends it", async (name) => {
    const at = start();
    await at.waits();
    at.job.kill(`SIG${name}`);
    expect(await at.end).toMatchObject({ signal: `SIG${name}`, stdout: "", stderr: expect.stringContaining(`SIG${name} ended this job while it waited for the end of an earlier start on c1`) as string });
    expect(at.orders()).toBe("");
    await expectNothing(at);
  });

  it("is queued again when it is warned, as it has done nothing", async () => {
    const at = start({ warning: "USR2", scontrol: "kill $PPID" });
    await at.waits();
    at.job.kill("SIGUSR2");
    expect(await at.end).toMatchObject({ code: 75, stdout: "", stderr: expect.stringContaining("SIGUSR2 came while this job waited for the end of an earlier start on c1: queued again") as string });
    expect(at.orders()).toBe("requeue 12\n");
    await expectNothing(at);
  });

  it.each([
    ["Slurm is ending it already", "echo COMPLETING"],
    ["squeue does not say whether Slurm is ending it", "exit 1"],
  ])("is not queued again when %s", async (_, squeue) => {
    const at = start({ warning: "USR2", squeue });
    await at.waits();
    at.job.kill("SIGUSR2");
    expect(await at.end).toMatchObject({ signal: "SIGUSR2", stdout: "", stderr: expect.stringContaining("SIGUSR2 ended this job") as string });
    expect(at.orders()).toBe("");
    await expectNothing(at);
  });

  it("says why Slurm does not queue it again", async () => {
    const at = start({ warning: "USR2", scontrol: "echo 'Requested operation is presently disabled' >&2; exit 1" });
    await at.waits();
    at.job.kill("SIGUSR2");
    expect(await at.end).toMatchObject({ signal: "SIGUSR2", stderr: expect.stringContaining("does not queue this job again: Requested operation is presently disabled") as string });
    await expectNothing(at);
  });

  it("leaves the signals to its command once that runs", async () => {
    const { end, orders } = start({ heartbeatSeconds: 1, silentSeconds: 2, warning: "USR2", command: sh`echo ran; kill -s USR2 $$; echo deaf` });
    expect(await end).toMatchObject({ signal: "SIGUSR2", stdout: "ran\n", stderr: expect.not.stringContaining("SIGUSR2") as string });
    expect(orders()).toBe("");
  });
});
