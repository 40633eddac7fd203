import { compose, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type Job, type Slurm } from "../src/index.js";
import { beginSoon } from "../src/testing/shared-jobs.js";

/** Slurm does not know all processes of a job there: `proctrack/linuxproc` loses those whose parent has ended. */
describe.each(testedSeries)("the fence on Slurm %s", { timeout: 120_000 }, (series) => {
  let login: Transport;
  let slurm: Slurm;
  let stateFolder: string;

  beforeAll(async () => {
    login = await signIn(series);
    stateFolder = (await login.exec(["sh", "-c", 'mktemp -d "$HOME/state-XXXXXX"'], { check: true })).stdout.trim();
    // A sign of life is due in a minute: what ends sooner has not waited for it.
    slurm = await connectSlurm(login, { stateFolder, pollIntervalMs: 1000 });
  });
  afterAll(async () => {
    await login.remove(stateFolder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  /** Starts a job, and waits until it gives signs of life. */
  async function start(argv: readonly [string, ...string[]], by = slurm): Promise<Job> {
    const job = await by.submit({ name: "fence", time: "5m", memory: "20M", output: "/dev/null", requeue: true, launch: compose(argv) });
    await expect.poll(() => processes(job), { timeout: 60_000 }).toContainEqual(expect.stringMatching(/^tail -f --pid=/));
    return job;
  }

  /** What runs of a job: its nodes and the login node are one machine here. */
  async function processes({ id }: Job): Promise<readonly string[]> {
    const look = 'for file in $(grep -lzs "^SLURM_JOB_ID=$1$" /proc/[0-9]*/environ); do tr "\\0" " " <"${file%environ}cmdline" && echo; done';
    const { stdout } = await login.exec(["sh", "-c", look, "sh", id]);
    return stdout.split("\n").filter((line) => line !== "");
  }

  const expectNothing = (job: Job): Promise<void> => expect.poll(() => processes(job), { timeout: 5000 }).toEqual([]);

  it.each<[string, readonly [string, ...string[]], object, (job: Job) => Promise<unknown>]>([
    ["that ends", ["sh", "-c", "sleep 8; exit 7"], { kind: "failed", exitCode: 7 }, () => Promise.resolve()],
    ["whose first process is killed", ["sh", "-c", "sleep 8; kill -9 $$"], { kind: "failed", signal: "SIGKILL" }, () => Promise.resolve()],
    ["that is cancelled", ["sleep", "600"], { kind: "cancelled" }, (job) => job.cancel()],
    ["that runs out of time", ["sleep", "600"], { kind: "timeout" }, ({ id }) => login.exec(["scontrol", "update", `jobid=${id}`, "EndTime=now+1"], { check: true })],
  ])("leaves no process of a job %s", async (_, argv, outcome, end) => {
    const job = await start(argv);
    await end(job);
    expect(await job.done()).toMatchObject(outcome);
    await expectNothing(job);
  });

  it("leaves no process of a start that is queued again, and lets the next one run", async () => {
    const job = await start(["sh", "-c", '[ "$SLURM_RESTART_COUNT" = 1 ] || exec sleep 600; sleep 5']);
    await job.requeue();
    await expectNothing(job);
    await beginSoon(login, job);
    expect(await job.done()).toMatchObject({ kind: "completed" });
    await expectNothing(job);
  });

  it("lets a start on another node run once three signs of the one before are missing", async () => {
    const hasty = await connectSlurm(login, { stateFolder, pollIntervalMs: 1000, patience: { heartbeatMs: 3000 } });
    const job = await start(["sh", "-c", '[ "$SLURM_RESTART_COUNT" = 1 ] || exec sleep 600'], hasty);
    const where = async (): Promise<string> => (await login.exec(["sh", "-c", 'cat "$1"/submissions/*/*.run | grep "^job $2 "', "sh", stateFolder, job.id], { check: true })).stdout.trim();
    const first = await where();
    expect(first).toMatch(/ 0 c\d$/);
    await job.requeue({ hold: true });
    await login.exec(["scontrol", "update", `jobid=${job.id}`, `ExcNodeList=${first.slice(-2)}`], { check: true });
    await job.release();
    await beginSoon(login, job);
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(await where()).toMatch(/ 1 c\d$/);
    expect((await where()).slice(-2)).not.toBe(first.slice(-2));
    await expectNothing(job);
  });
});
