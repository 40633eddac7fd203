import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { compose } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, findDifferences, InvalidAccountError, LimitExceededError, SubmissionKeyTakenError, type TaskSet, type TaskSetEvent, type TaskSetOutcome, type TaskSpecInput } from "../src/index.js";
import { countedSet, countedTasks, failingTask } from "./counted-set.js";
import { surroundings } from "./site-under-test.js";

describe.each(testedSeries)("a set of tasks on Slurm %s", (series) => {
  const at = surroundings(series, { pollIntervalMs: 500, submitPaceMs: 0, patience: { requeueMs: 1000 } });
  let folder = "";
  beforeAll(async () => {
    folder = `/shared/scratch/sets-${at.site.prefix}`;
    await at.login.mkdir(`${folder}/runs`, { recursive: true });
  });
  afterAll(async () => at.login.remove(folder, { recursive: true }));

  const newKey = (): string => `set-${randomBytes(4).toString("hex")}`;
  /** Six jobs at a time may be queued. */
  const few = (): Omit<TaskSpecInput, "launch"> => ({ qos: `${at.site.prefix}-few`, workFolder: folder });
  const spec = (script: string, changes: Partial<TaskSpecInput> = {}): TaskSpecInput => ({ time: "5m", memory: "50M", workFolder: folder, output: "out-%A_%a", ...changes, launch: compose(["sh", "-c", script]) });

  const ends = ({ tasks }: TaskSetOutcome): readonly (string | number)[][] => tasks.map((each) => [each.task, each.attempts, each.kind === "ended" ? each.outcome.kind : each.kind]);
  const textOf = async (set: TaskSet, task: number): Promise<string> => {
    let text = "";
    for await (const piece of set.task(task).log()) text += piece;
    return text;
  };
  /** How often each task of the counted set ran. */
  async function countRuns(): Promise<readonly number[]> {
    const { stdout } = await at.login.exec(["sh", "-c", 'for task; do wc -l < "$0/runs/$task" || echo 0; done; rm -f "$0"/runs/*', folder, ...Array.from({ length: countedTasks }, (_, task) => String(task))], { check: true });
    return stdout.trim().split("\n").map(Number);
  }
  const onceEach = Array.from({ length: countedTasks }, (_, task) => (task === failingTask ? 2 : 1));
  const collect = async (set: TaskSet): Promise<readonly TaskSetEvent[]> => {
    const events: TaskSetEvent[] = [];
    for await (const event of set.events()) events.push(event);
    return events;
  };

  it("is cut, and held back while no more may be queued; what failed alone runs again", async () => {
    const input = countedSet(newKey(), few());
    const plan = await at.slurm.planSet(input);
    expect(plan.arrays.map(({ tasks, held }) => [tasks.length, held])).toEqual([[2, false], [2, false], [2, false], [2, true], [2, true], [2, true], [2, true]]);
    expect(plan.heldBack).toEqual({ tasks: 8, by: `MaxSubmitJobsPerUser 6 of QOS ${at.site.prefix}-few`, turns: 2 });
    expect(plan.arrays[0]?.plan.argv).toContain("--array=0-1");
    await using set = await at.slurm.submitSet(input);
    expect(set.progress()).toMatchObject({ tasks: countedTasks, held: 8, arrays: { sent: 3, held: 4 } });
    const [events, outcome] = await Promise.all([collect(set), set.done()]);
    expect(outcome).toMatchObject({ kind: "completed", progress: { held: 0, rounds: 1, ended: { completed: countedTasks } } });
    expect(ends(outcome)[failingTask]).toEqual([failingTask, 2, "completed"]);
    expect(events.filter(({ kind }) => kind === "round")).toMatchObject([{ round: 1, tasks: [failingTask], givenUp: [] }]);
    expect(events.some(({ kind, progress }) => kind === "sent" && progress.arrays.sent > 3)).toBe(true);
    expect(await countRuns()).toEqual(onceEach);
    expect(set.task(failingTask).attempts.map(({ taskIndex }) => taskIndex)).toEqual([failingTask, failingTask]);
    // Done once more, it is what it was, and nothing runs.
    await using again = await at.slurm.submitSet(input);
    expect(ends(await again.done())).toEqual(ends(outcome));
    expect(await countRuns()).toEqual(onceEach.map(() => 0));
  });

  it("runs each attempt once, though its client is killed again and again", async () => {
    const key = newKey();
    await using here = await connectLocal();
    const client = ["node", "--import=tsx", "--conditions=@hpckit/source", fileURLToPath(new URL("set-client.ts", import.meta.url)), series, key, JSON.stringify(few())];
    for (const moment of ["connected", "progress", "sent", "ended", "round"]) {
      const { signal, exitCode, stderr } = await here.exec([...client, moment]);
      // The last may find the set ended.
      expect([signal ?? exitCode, stderr.includes("Error")]).toEqual([exitCode === 0 ? 0 : "SIGKILL", false]);
    }
    await using set = await at.slurm.submitSet(countedSet(key, few()));
    expect(await set.done()).toMatchObject({ kind: "completed", progress: { rounds: 1 } });
    expect(await countRuns()).toEqual(onceEach);
  });

  it("is one set for two clients that send it at once", async () => {
    await using other = await signIn(series);
    const otherSlurm = await connectSlurm(other, { pollIntervalMs: 500, submitPaceMs: 0 });
    const input = countedSet(newKey(), few());
    const sets = await Promise.all([at.slurm.submitSet(input), otherSlurm.submitSet(input)]);
    const outcomes = await Promise.all(sets.map((set) => set.done()));
    expect(outcomes).toMatchObject([{ kind: "completed" }, { kind: "completed" }]);
    expect(await countRuns()).toEqual(onceEach);
    expect(sets[0].arrays().map(({ key, job }) => [key, job.id])).toEqual(sets[1].arrays().map(({ key, job }) => [key, job.id]));
    // With another spec the key is taken.
    await expect(at.slurm.submitSet({ ...input, tasks: 3 })).rejects.toThrow(SubmissionKeyTakenError);
  });

  it("gives more memory to tasks that ran out of it, and more time to those that ran out of that", async () => {
    const memory = await at.slurm.submitSet({ key: newKey(), tasks: [3, 4999, 5000, 12_007], spec: spec('echo "$SET_TASK_ID $SLURM_ARRAY_TASK_ID"; [ "$SET_TASK_ID" != 12007 ] || exec dd if=/dev/zero of=/dev/null bs=60M count=1', { memory: "25M" }), retry: { on: ["out-of-memory"], most: 3 } });
    const time = await at.slurm.submitSet({ key: newKey(), tasks: 2, spec: spec('[ "$SET_TASK_ID" = 0 ] || [ -e hung ] || { : > hung; exec sleep 300; }', { time: "1m" }), retry: { on: ["timeout"], time: { factor: 3 } } });
    const [ranOut, tooLong] = await Promise.all([memory.done(), time.done()]);
    expect(ends(ranOut)).toEqual([[3, 1, "completed"], [4999, 1, "completed"], [5000, 1, "completed"], [12_007, 3, "completed"]]);
    expect(memory.arrays().map(({ tasks }) => tasks)).toEqual([[3, 4999, 5000], [12_007], [12_007], [12_007]]);
    expect(await memory.task(12_007).attempts.at(-1)?.usage()).toMatchObject({ requested: { memory: "100M" } });
    expect(await textOf(memory, 12_007)).toContain(`12007 ${12_007 % 5001}\n`);
    expect(ends(tooLong)).toEqual([[0, 1, "completed"], [1, 2, "completed"]]);
    expect(await time.task(1).attempts.at(-1)?.accepted()).toMatchObject({ timeLimitSeconds: 180 });
  });

  it("asks for no more than there is, and then gives up", async () => {
    const input = { key: newKey(), tasks: 2, spec: spec('[ "$SET_TASK_ID" = 1 ] || exec dd if=/dev/zero of=/dev/null bs=60M count=1', { memory: "25M" }), retry: { on: ["out-of-memory" as const], most: 9, memory: { factor: 1.5, most: "40M" } } };
    await using set = await at.slurm.submitSet(input);
    const outcome = await set.done();
    expect(ends(outcome)).toEqual([[0, 3, "out-of-memory"], [1, 1, "completed"]]);
    expect(outcome.tasks[0]).toMatchObject({ givenUp: expect.stringContaining("40M is the most that its rule allows") as string });
    // A person may decide otherwise.
    expect(await set.retryFailed({ memory: () => "150M" })).toEqual({ tasks: [0], givenUp: [] });
    expect(await set.done()).toMatchObject({ kind: "completed", progress: { rounds: 4 } });
  });

  it("leaves a node out on which tasks fail and nothing else does", async () => {
    await using set = await at.slurm.submitSet({ key: newKey(), tasks: 8, spec: spec('sleep 2; echo "$SLURMD_NODENAME"; [ "$SLURMD_NODENAME" != c3 ]', { partition: `${at.site.prefix}-spread` }), retry: { on: ["failed"], excludeNodes: { failures: 2 } } });
    const [events, outcome] = await Promise.all([collect(set), set.done()]);
    expect(events.filter(({ kind }) => kind === "round")).toMatchObject([{ round: 1, exclude: ["c3"] }]);
    expect(outcome).toMatchObject({ kind: "completed", progress: { rounds: 1 } });
    expect(outcome.tasks.filter(({ attempts }) => attempts === 2).length).toBeGreaterThan(1);
    expect(outcome.tasks.map((each) => each.kind === "ended" && each.outcome.nodes)).toEqual(Array.from({ length: 8 }, () => "c4"));
  });

  it("is cancelled with what was held back, for every client and for good", async () => {
    const input = { key: newKey(), tasks: 12, spec: spec("sleep 300", few()) };
    await using set = await at.slurm.submitSet(input);
    await using seen = await at.slurm.set(JSON.parse(JSON.stringify(set)) as ReturnType<TaskSet["toJSON"]>);
    expect(seen.progress()).toMatchObject({ held: 6 });
    await seen.cancel();
    const outcomes = await Promise.all([set.done(), seen.done()]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "cancelled", progress: { ended: { cancelled: 6, "not-submitted": 6 } } });
    await using again = await at.slurm.submitSet(input);
    expect(await again.done()).toMatchObject({ kind: "cancelled", progress: { ended: { cancelled: 6, "not-submitted": 6 } } });
    expect(await at.slurm.jobs.list({ mine: true, qos: [`${at.site.prefix}-few`] })).toEqual([]);
  });

  it("that Slurm refuses is refused, and leaves its key free", async () => {
    const key = newKey();
    await expect(at.slurm.submitSet({ key, tasks: 3, spec: spec("true", { account: "climat" }) })).rejects.toThrow(InvalidAccountError);
    await using set = await at.slurm.submitSet({ key, tasks: 3, spec: spec("true") });
    expect(await set.done()).toMatchObject({ kind: "completed" });
  });

  it("is held against what is left of budgets before it is sent", async () => {
    const input = { key: newKey(), tasks: 200, spec: spec("true", { account: `${at.site.prefix}-acct`, time: "1h" }) };
    const { findings } = await at.slurm.planSet(input);
    expect(findings).toMatchObject([{ kind: "budget", severity: "note", limit: { name: "GrpTRESMins=cpu", value: 600 } }]);
    expect(findings[0]?.message).toMatch(/600 are left for its 200 tasks/);
    expect(await at.slurm.check({ ...input.spec, array: "0-199" })).toEqual(findings);
    expect(await at.slurm.check({ ...input.spec, array: "0-8" })).toEqual([]);
    await expect(at.slurm.submitSet(input, { budget: "refuse" })).rejects.toThrow(LimitExceededError);
  });

  it("tells what Slurm made of its arrays that was not asked for", async () => {
    const asked = spec("sleep 1", { partition: `${at.site.prefix}-lean`, memoryPerCpu: "200M", memory: undefined, ntasks: 1, cpusPerTask: 1 });
    await using set = await at.slurm.submitSet({ key: newKey(), tasks: 2, tasksPerArray: 1, queuedAtMost: 1, spec: asked });
    const events = await collect(set);
    const sent = events.flatMap((event) => (event.kind === "sent" ? [event] : []));
    expect(sent).toMatchObject([0, 1].map((task) => ({ array: { tasks: [task] }, differences: [{ field: "cpusPerTask", asked: 1, given: 2 }] })));
    const accepted = await sent[0]?.array.job.accepted();
    expect(accepted && findDifferences(asked, accepted)).toMatchObject([{ field: "cpusPerTask" }]);
  });
});
