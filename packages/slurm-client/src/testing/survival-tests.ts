import { compose, sh, type ShellExpression } from "@hpckit/core";
import { expect, it } from "vitest";
import type { Job } from "../job/job.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import { step } from "../step/step.js";
import type { SurviveLimitOptions } from "../survival/survival-settings.js";
import { surviveLimit } from "../survival/survive-limit.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { beginSoon, readAll, seen } from "./shared-jobs.js";

/**
 * Counts to a goal, two a second, and goes on where the file of an earlier run ends: a run that was lost, or two at a time, would show in it.
 * The unfinished end has exit code 85.
 */
const counting = (file: string, goal: number, onSignal: ShellExpression): ShellExpression => sh`
  stop=
  ${onSignal}
  n=$(cat ${file} 2>/dev/null | wc -l)
  echo "from $n"
  while [ "$n" -lt ${goal} ]; do
    sleep 0.5
    n=$((n + 1))
    echo "$n" >>${file}
    [ -z "$stop" ] || exit 85
  done
`;

const stopping = sh`trap 'stop=1' USR2`;
const deaf = sh`trap '' USR2 TERM`;
const counted = (goal: number): string => Array.from({ length: goal }, (_, index) => `${index + 1}\n`).join("");
/** Slurm begins to warn 40 seconds before the end of a job of one minute, as it looks every half a minute. */
const limits = { requeues: 3, warnSeconds: 10, unfinishedExitCode: 85 } as const;

export function survivalTests(under: () => SlurmUnderTest): void {
  let files = 0;
  const newFile = (): string => `${under().folder}/count ${(files += 1)}`;
  const submit = ({ slurm, folder, options }: SlurmUnderTest, script: ShellExpression, settings: Partial<SurviveLimitOptions> = {}, spec: Partial<JobSpecInput> = {}): Promise<Job> =>
    slurm.submit(
      surviveLimit(
        { name: "survivor", partition: options.partition, time: "1m", memory: "50M", workFolder: folder, launch: compose(["sh", "-c", script.shell]), ...spec },
        { ...limits, ...settings },
      ),
    );
  /** Follows a job; each time that it is queued again it may begin soon. */
  async function runs(job: Job): Promise<{ readonly restarts: number; readonly log: string; readonly kind: string; readonly exitCode?: number | undefined }> {
    const { transport } = under();
    let [restarts, began] = [0, 0];
    for await (const event of job.events()) {
      restarts = Math.max(restarts, event.restarts);
      if (event.state !== "PENDING" || event.restarts <= began) continue;
      began = event.restarts;
      await beginSoon(transport, job);
    }
    const outcome = await job.done();
    return { restarts, log: await readAll(job.log()), kind: outcome.kind, exitCode: outcome.kind === "failed" ? outcome.exitCode : undefined };
  }
  const read = async (file: string): Promise<string> => new TextDecoder().decode(await under().transport.readFile(file));

  it("go on from their checkpoint after the time limit, with nothing lost or done twice", { timeout: 400_000 }, async () => {
    const file = newFile();
    const end = await runs(await submit(under(), counting(file, 130, stopping)));
    expect(end).toMatchObject({ kind: "completed", log: expect.stringContaining("queued again (limit)") as string });
    expect(end.restarts).toBeGreaterThan(0);
    expect(await read(file)).toBe(counted(130));
  });

  it("go on after they were ended, as they did not hear the warning", { timeout: 400_000 }, async () => {
    const file = newFile();
    const end = await runs(await submit(under(), counting(file, 130, deaf)));
    expect(end).toMatchObject({ kind: "completed", log: expect.stringContaining("did not end in time") as string });
    expect(await read(file)).toBe(counted(130));
  });

  it("go on in the tasks of a step, which hear the signal through srun", { timeout: 400_000 }, async () => {
    const file = newFile();
    const launch = compose(["sh", "-c", counting(file, 100, stopping).shell], [step({ ntasks: 1 })]);
    expect(await runs(await submit(under(), sh`true`, {}, { launch }))).toMatchObject({ kind: "completed", log: expect.stringContaining("queued again (limit)") as string });
    expect(await read(file)).toBe(counted(100));
  });

  it("end with exit code 75 when their requeues are used up", { timeout: 400_000 }, async () => {
    const end = await runs(await submit(under(), counting(newFile(), 1000, stopping), { requeues: 1 }));
    expect(end).toMatchObject({ kind: "failed", exitCode: 75, restarts: 1, log: expect.stringContaining("no more than 1 times") as string });
  });

  it("end as they do if they end before the limit, be it after the warning", { timeout: 400_000 }, async () => {
    const warned = sh`heard=; trap 'heard=yes; echo heard' USR2; until [ -n "$heard" ]; do sleep 1; done; sleep 2; echo all done`;
    const [good, bad] = await Promise.all([submit(under(), warned).then(runs), submit(under(), sh`exit 3`).then(runs)]);
    expect(good).toMatchObject({ kind: "completed", restarts: 0, log: expect.stringContaining("heard") as string });
    expect(bad).toMatchObject({ kind: "failed", exitCode: 3, restarts: 0 });
  });

  it("end with exit code 77 when Slurm does not queue them again", async () => {
    const end = await runs(await submit(under(), sh`scontrol update "jobid=$SLURM_JOB_ID" Requeue=0; exit 85`));
    expect(end).toMatchObject({ kind: "failed", exitCode: 77, restarts: 0, log: expect.stringContaining("Slurm does not queue it again") as string });
  });

  it("do not come back when they are cancelled in mid-checkpoint", { timeout: 400_000 }, async () => {
    const slow = sh`trap 'echo heard; sleep 3; exit 85' USR2; while :; do sleep 0.2; done`;
    const job = await submit(under(), slow, {}, { time: "30m" });
    await seen(job, "RUNNING");
    const { transport } = under();
    await transport.exec(["sh", "-c", 'sleep 1; scancel --batch --signal=USR2 "$1"; sleep 1; scancel "$1"', "sh", job.id], { check: true });
    expect(await runs(job)).toMatchObject({ kind: "cancelled", restarts: 0, log: expect.stringContaining("warned (request)") as string });
  });

  it("go on each by itself as tasks of an array", { timeout: 400_000 }, async () => {
    const file = newFile();
    const script = sh`[ "$SLURM_ARRAY_TASK_ID" -eq 2 ] || exec sleep 25; ${counting(file, 60, stopping)}`;
    const job = await submit(under(), script, {}, { time: "30m", array: "1-2", output: "survivor-%A_%a.out" });
    const { transport } = under();
    await seen(job, "RUNNING");
    // The last task of an array has the id of the whole.
    await transport.exec(["sh", "-c", 'sleep 3; scancel --batch --signal=USR2 "$1"_2; sleep 5; until scontrol update "jobid=$1"_2 StartTime=now 2>/dev/null; do sleep 2; done', "sh", job.id], { timeoutMs: 60_000, check: true });
    expect(await job.done()).toMatchObject({ kind: "completed", tasks: [{ task: 1, kind: "completed" }, { task: 2, kind: "completed" }] });
    expect(await read(file)).toBe(counted(60));
    expect(await readAll(job.log({ task: 2 }))).toContain("queued again (request)");
  });

  it("go on after a preemption", { timeout: 400_000 }, async (test) => {
    const { preemptible } = under().options;
    if (preemptible === undefined) test.skip("no partition whose jobs are preempted was named");
    const { slurm, options, folder } = under();
    const file = newFile();
    const job = await submit(under(), counting(file, 40, stopping), { requeues: 0 }, { time: "30m", partition: preemptible, exclusive: true, memory: "1G" });
    const { nodes = "" } = await seen(job, "RUNNING");
    const other = await slurm.submit({ partition: options.partition, time: "5m", workFolder: folder, memory: "1G", exclusive: true, nodelist: nodes, launch: compose(["true"]) });
    const [end] = await Promise.all([runs(job), other.done()]);
    expect(end).toMatchObject({ kind: "completed", restarts: 1 });
    expect(await read(file)).toBe(counted(40));
  });
}
