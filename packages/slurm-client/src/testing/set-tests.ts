import { compose, sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { TaskSet } from "../set/task-set.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { readAll } from "./shared-jobs.js";

export function setTests(under: () => SlurmUnderTest): void {
  const submitted = async (key: string, script: string, changes: object = {}): Promise<TaskSet> => {
    const { slurm, folder, options } = under();
    const spec = { name: "conformance", partition: options.partition, time: "10m", memory: "50M", workFolder: folder, launch: compose(["sh", "-c", script]) };
    // Another run of these tests has other jobs of the key.
    return slurm.submitSet({ key: `${key} ${folder.slice(-6)}`, spec, tasks: 5, tasksPerArray: 2, queuedAtMost: 4, ...changes });
  };

  it("is cut and held back, and seen as one; what failed alone runs again, each under its index", async () => {
    const { folder } = under();
    const script = sh`echo "$SET_TASK_ID of $WHO" >> "ran $SET_TASK_ID"; cat "ran $SET_TASK_ID"; [ "$SET_TASK_ID" != 3 ] || [ "$(wc -l < "ran 3")" -gt 1 ]`.shell;
    const changes = { tasks: ["it's", "a", "set", "é", ""].map((WHO) => ({ WHO })), retry: { on: ["failed"], most: 2 } };
    await using set = await submitted("set", script, changes);
    expect(set.progress()).toMatchObject({ tasks: 5, held: 1, arrays: { sent: 2, held: 1 } });
    const outcome = await set.done();
    expect(outcome.kind).toBe("completed");
    expect(outcome.tasks.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 2, 1]);
    expect(await readAll(set.task(3).log())).toBe("3 of é\n3 of é\n");
    expect(await readAll(set.task(0).log())).toBe("0 of it's\n");
    // Another client finds it as it is, also without the claims of its arrays, and runs nothing.
    const { forgotten, kept } = await under().slurm.submissions.forget({ keys: set.arrays().map(({ key }) => key) });
    expect({ forgotten: forgotten.length, kept }).toEqual({ forgotten: 4, kept: [] });
    await using again = await submitted("set", script, changes);
    expect(await again.done()).toMatchObject({ kind: "completed", progress: { rounds: 1 } });
    expect(await under().transport.readFile(`${folder}/ran 0`)).toHaveLength("0 of it's\n".length);
  });

  it("ends as a whole, with what was held back", async () => {
    await using set = await submitted("ended set", "sleep 600");
    await using seen = await under().slurm.set(set.toJSON());
    await seen.cancel();
    expect(await seen.done()).toMatchObject({ kind: "cancelled", progress: { ended: { cancelled: 4, "not-submitted": 1 } } });
    expect(await set.done()).toMatchObject({ kind: "cancelled" });
  });

  it("is forgotten when it has ended, and then runs again", async () => {
    const { slurm, folder } = under();
    const script = sh`echo x >> "forgotten $SET_TASK_ID"`.shell;
    const [ended, waiting] = [await submitted("forgotten set", script), await submitted("waiting set", "sleep 600", { tasks: 4 })];
    const keys = [ended.key, waiting.key];
    await ended.done();
    expect(await slurm.forgetSets({ keys, olderThan: "1d" })).toEqual({ forgotten: [], kept: [] });
    const dry = await slurm.forgetSets({ keys, dryRun: true });
    expect(dry).toMatchObject({ forgotten: [{ key: ended.key }], kept: [{ key: waiting.key, because: "not-ended" }] });
    expect(await slurm.forgetSets({ keys })).toEqual(dry);
    await expect(slurm.set(ended.toJSON())).rejects.toMatchObject({ code: "set-unknown" });
    await expect(ended.retryFailed({ tasks: [0] })).resolves.toEqual({ tasks: [], givenUp: [] });
    await using again = await submitted("forgotten set", script);
    expect((await again.done()).kind).toBe("completed");
    expect(await under().transport.readFile(`${folder}/forgotten 0`)).toHaveLength("x\nx\n".length);
    await waiting.cancel();
    await waiting.done();
    // At once, because none of it was held back: nobody can be sending that.
    expect(await slurm.forgetSets({ keys: [waiting.key] })).toMatchObject({ forgotten: [{ key: waiting.key }], kept: [] });
    for (const set of [ended, waiting]) await set[Symbol.asyncDispose]();
  });

  it("says what Slurm made of a job", async () => {
    const { slurm, folder, options } = under();
    const job = await slurm.submit({ partition: options.partition, time: "90s", memory: "50M", ntasks: 1, workFolder: folder, launch: compose(["true"]) });
    expect(await job.accepted()).toMatchObject({ partition: options.partition, timeLimitSeconds: 120, cpuCount: 1, resources: { cpu: 1, mem: 50 }, workFolder: folder });
  });
}
