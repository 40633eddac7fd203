import { compose, sh, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, surviveLimit, type Job, type JobSpecInput, type Slurm, type SurviveLimitOptions } from "../src/index.js";
import { beginSoon, readAll } from "../src/testing/shared-jobs.js";

/** With the patience that everybody has: a sign of life each minute. */
describe.concurrent.each(testedSeries)("the next start of a job that survives its limit, on another node, on Slurm %s", { timeout: 400_000 }, (series) => {
  let login: Transport;
  let slurm: Slurm;
  let folder: string;

  beforeAll(async () => {
    login = await signIn(series);
    folder = (await login.exec(["sh", "-c", 'mktemp -d "$HOME/starts-XXXXXX"'], { check: true })).stdout.trim();
    slurm = await connectSlurm(login, { stateFolder: `${folder}/state`, pollIntervalMs: 1000 });
  });
  afterAll(async () => {
    await login.remove(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  /** Its command says where it runs, and ends unfinished when it is asked for a checkpoint; the last start ends by itself. */
  const submit = (lastStart: number, spec: Partial<JobSpecInput> = {}, options: Partial<SurviveLimitOptions> = {}): Promise<Job> => {
    const command = sh`
      trap 'exit 85' USR2
      echo "start \${SLURM_RESTART_COUNT:-0} on $SLURMD_NODENAME"
      [ "\${SLURM_RESTART_COUNT:-0}" -lt ${lastStart} ] || exit 0
      while :; do sleep 0.2; done
    `;
    return slurm.submit(surviveLimit({ name: "starts", time: "10m", memory: "20M", workFolder: folder, launch: compose(["sh", "-c", command.shell]), ...spec }, { requeues: 0, unfinishedExitCode: 85, ...options }));
  };
  const logOf = (job: Job): Promise<string> => readAll(job.log({ follow: false }));
  const said = (job: Job, words: string): Promise<void> => vi.waitFor(async () => expect(await logOf(job)).toContain(words), { timeout: 90_000, interval: 1000 });
  const warn = ({ id }: Job): Promise<unknown> => login.exec(["scancel", "--batch", "--signal=USR2", id], { check: true });
  /** The next start cannot be where the first was. */
  async function leaveFirstNode(job: Job): Promise<void> {
    const [, node = ""] = /^start 0 on (\S+)$/m.exec(await logOf(job)) ?? [];
    await login.exec(["sh", "-c", 'until scontrol update "jobid=$1" "ExcNodeList=$2"; do sleep 1; done', "sh", job.id, node], { check: true, timeoutMs: 30_000 });
  }

  it("runs at once after one that ended in order", async () => {
    const job = await submit(1, {}, { requeues: 1 });
    await said(job, "start 0 on");
    await warn(job);
    await said(job, "queued again (request)");
    await leaveFirstNode(job);
    await beginSoon(login, job);
    expect(await job.done()).toMatchObject({ kind: "completed" });
    const log = await logOf(job);
    expect(log).toMatch(/^start 1 on c\d$/m);
    expect(log).not.toContain("hpckit: waits");
  });

  it("is queued again when it is warned while it waits for one that was killed, and runs in the end", async () => {
    const job = await submit(2);
    await said(job, "start 0 on");
    await job.requeue({ hold: true });
    await leaveFirstNode(job);
    await job.release();
    await beginSoon(login, job);
    await said(job, "hpckit: waits up to");
    await warn(job);
    await said(job, "queued again, as its command has not begun");
    expect(await job.done()).toMatchObject({ kind: "completed" });
    const log = await logOf(job);
    expect(log).toMatch(/^start 2 on c\d$/m);
    expect(log).not.toMatch(/^start 1 on/m);
  });

  it("comes to its end although a limit of a minute leaves no time to wait", async () => {
    const job = await submit(1, { time: "1m" }, { requeues: 5, warnSeconds: 50 });
    await said(job, "start 0 on");
    await said(job, "queued again (limit)");
    await leaveFirstNode(job);
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(await logOf(job)).not.toContain("hpckit: waits");
  });
});
