import { AbortedError, compose, OptionsError } from "@hpckit/core";
import { expect, it } from "vitest";
import { StepUnavailableError } from "../error/step-errors.js";
import type { Job } from "../job/job.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { AttachedStep, AttachOptions } from "../step/attached-step.js";
import { step } from "../step/step.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { gate, readAll, seen } from "./shared-jobs.js";

export function attachTests(under: () => SlurmUnderTest): void {
  /** A job whose step runs a piece of shell in two tasks; its output goes to the log, too. */
  const submitStep = (script: string, spec: Partial<JobSpecInput> = {}): Promise<Job> =>
    under().slurm.submit({ partition: under().options.partition, time: "10m", ntasks: 2, memory: "100M", workFolder: under().folder, launch: compose(["sh", "-c", script], [step({ name: "work", ntasks: 2 })]), ...spec });
  /** The step begins some time after its job. */
  async function attach(job: Job, options: AttachOptions = {}): Promise<AttachedStep> {
    await seen(job, "RUNNING");
    for (let tries = 0; ; tries++) {
      try {
        return await job.attach(options);
      } catch (error) {
        if (!(error instanceof StepUnavailableError) || tries > 300) throw error;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  }
  /** Counts until it is let go on. */
  const counting = ({ wait }: ReturnType<typeof gate>): string => `{ i=0; while :; do echo line $i of $SLURM_PROCID; i=$((i+1)); sleep 0.5; done; } & ${wait.shell}; kill $!; echo last of $SLURM_PROCID`;

  it("shows what a step prints, and leaves it as it is", async () => {
    const shown = gate(under(), "shown");
    const job = await submitStep(counting(shown));
    const attached = await attach(job, { step: "work", label: true });
    expect(attached.stepId).toBe(`${job.id}.0`);
    let text = "";
    for await (const piece of attached) {
      text += piece;
      if (text.includes("1: line 4 of 1")) break;
    }
    const aborting = new AbortController();
    const again = await attach(job, { task: 0, signal: aborting.signal });
    const reading = (async () => {
      for await (const piece of again) if (piece.includes("of 0")) aborting.abort();
    })();
    await expect(reading).rejects.toThrow(AbortedError);
    await shown.open();
    expect((await job.done()).kind).toBe("completed");
    expect((await readAll(job.log())).match(/last of/g)).toHaveLength(2);
  });

  it.each([
    ["exit 0", { exitCode: 0, state: "COMPLETED" }],
    ["exit $((SLURM_PROCID + 3))", { exitCode: 4, state: "FAILED" }],
    ["kill -9 $$", { exitCode: undefined }],
  ])("tells how a step ended, and takes nothing for success that may be none: %s", async (end, expected) => {
    const ending = gate(under(), `of ${end}`);
    const job = await submitStep(`echo begun; ${ending.wait.shell}; echo both; echo trouble >&2; ${end}`);
    let errors = "";
    const attached = await attach(job, { onStderr: (text) => (errors += text) });
    let text = "";
    for await (const piece of attached) {
      text += piece;
      // What was printed before is shown first: now it is attached to.
      if (text.match(/begun/g)?.length === 2) await ending.open();
    }
    expect(text.match(/both/g)).toHaveLength(2);
    const { state, exitCode } = await attached.result;
    expect({ state, exitCode }).toMatchObject(expected);
    expect(state === "COMPLETED").toBe(end === "exit 0");
    expect(errors).toContain("trouble");
  });

  it("feeds tasks that read, and without input leaves theirs to who else feeds them", async (test) => {
    await using nodes = await under().slurm.allocate({ partition: under().options.partition, time: "10m", ntasks: 2, memory: "100M", workFolder: under().folder });
    let feed: (text: string) => void = () => undefined;
    const last = new Promise<string>((resolve) => (feed = resolve));
    let shown = "";
    async function* own(): AsyncGenerator<string> {
      // What was printed before somebody attached is not shown.
      while (!shown.includes("got first")) {
        yield "first\n";
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      yield await last;
    }
    const run = await nodes.run(["sh", "-c", 'while read -r line; do echo "got $line"; done; echo end'], { ntasks: 1, name: "reader", stdin: own() });
    const onlooker = await attach(nodes.job);
    const seenThere = (async () => {
      for await (const text of onlooker) shown += text;
      return shown;
    })();
    const shows = (word: string): Promise<void> => test.expect.poll(() => shown, { timeout: 120_000 }).toContain(word);
    async function* more(): AsyncGenerator<string> {
      await shows("got first");
      yield "second\n";
      await shows("got second");
      feed("third\n");
      await shows("got third");
    }
    const feeder = await attach(nodes.job, { stdin: more(), inputTask: 0 });
    const fed = readAll(feeder);
    for (const text of await Promise.all([readAll(run), seenThere, fed])) expect(text.replace(/^.*(?=got first)/s, "")).toContain("got second\ngot third\nend\n");
    expect(await onlooker.result).toMatchObject({ exitCode: 0 });
  });

  it("is refused where there is no such step, with those that there are", async () => {
    const { slurm, options, folder } = under();
    const job = await submitStep("sleep 60");
    await attach(job);
    await expect(job.attach({ step: 7 })).rejects.toMatchObject({ code: "step-not-found", running: [expect.stringMatching(/\.0 work$/)] });
    await expect(job.attach({ step: "batch" })).rejects.toMatchObject({ code: "step-not-attachable" });
    await expect(job.attach({ inputTask: 1 })).rejects.toThrow(OptionsError);
    await job.cancel();
    await job.done();
    await expect(job.attach()).rejects.toThrow("none is running");
    const tasks = gate(under(), "tasks");
    const array = await slurm.submit({ partition: options.partition, time: "10m", memory: "50M", workFolder: folder, array: "1-2", launch: compose(["sh", "-c", `echo task $SLURM_ARRAY_TASK_ID; ${counting(tasks)}`], [step()]) });
    await expect(array.attach()).rejects.toThrow("job.task(index)");
    expect((await attach(array.task(2))).stepId).toBe(`${array.id}_2.0`);
    const second = await attach(array.task(2));
    await tasks.open();
    expect(await readAll(second)).toContain("last of 0");
  });
}
