import { OutputUnreadableError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eachIndex } from "../queue/index-ranges.js";
import { recordedServers } from "./fixtures/exchanges.js";
import { traitsOf } from "./api-version.js";
import type { RestContext } from "./rest-context.js";
import { readQueueJobs } from "./rest-queue-row.js";
import { queryRestQueue } from "./rest-queue.js";
import type { RestRequest } from "./rest-session.js";

const completed = { jobs: [{ job_id: 7, job_state: ["COMPLETED"], exit_code: { status: ["SUCCESS"], return_code: { set: true, infinite: false, number: 0 } } }] };

describe.each(recordedServers)("jobs of slurmctld over slurmrestd $version", ({ version, job, reply }) => {
  const rows = (name: string): ReturnType<typeof readQueueJobs> => readQueueJobs(reply(`queue of ${name}`).body);

  it.each([
    ["completed", "COMPLETED", undefined, ["0:0", "0"]],
    ["exit3", "FAILED", "NonZeroExitCode", ["3:0", "768"]],
    ["exit200", "FAILED", "NonZeroExitCode", ["200:0", "51200"]],
    ["killed", "FAILED", version === "v0.0.38" ? "JobLaunchFailure" : "RaisedSignal", ["0:9", "9"]],
    ["cancelled", "CANCELLED", "JobHeldUser", ["0:0", "0"]],
  ])("tell that %s is %s, because of %s", (name, base, reason, exitCodes) => {
    expect(rows(name)).toMatchObject([{ jobId: job(name), tasks: undefined, state: { base }, reason, restarts: 0 }]);
    expect(exitCodes).toContain(rows(name)[0]?.exitCode);
  });

  it("tell nodes, times, and nothing where there is nothing", () => {
    const [running] = rows("running");
    expect(running).toMatchObject({ state: { base: "RUNNING" }, nodes: expect.stringMatching(/^c\[/) as string, elapsedSeconds: undefined });
    expect(running?.startedAtSeconds).toBeGreaterThanOrEqual(running?.submittedAtSeconds ?? Infinity);
    expect(rows("heldArray")[0]).toMatchObject({ nodes: undefined, startedAtSeconds: undefined });
    expect(rows("completed")[0]?.elapsedSeconds).toBeLessThan(5);
  });

  it("tell of which tasks of an array a row is, and where a list of them was cut", () => {
    const tasks = rows("runningArray").map((row) => [row.jobId, row.state.base, [...eachIndex(row.tasks ?? [])]]).sort((one, other) => String(one).localeCompare(String(other)));
    expect(tasks).toEqual([[job("runningArray"), "PENDING", [2, 3, 7]], [job("runningArray"), "RUNNING", [0]], [job("runningArray"), "RUNNING", [1]]]);
    expect(rows("heldArray")).toMatchObject([{ jobId: job("heldArray"), tasks: undefined, cutListOf: Number(job("heldArray")) }]);
  });

  it("tell which component of a heterogeneous job a row is", () => {
    const components = rows("all").filter(({ jobId }) => jobId === job("het")).map(({ component, tasks, state }) => [component, tasks, state.base]);
    expect(components.sort()).toEqual([[0, undefined, "RUNNING"], [1, undefined, "RUNNING"]]);
  });

  it("are the same in the list of all", () => {
    const all = rows("all");
    for (const name of ["completed", "exit200", "killed", "cancelled", "running"]) expect(all).toContainEqual(rows(name)[0]);
  });
});

describe("jobs of slurmctld", () => {
  it("may have their state in any order, and flags beside it", () => {
    const read = (job_state: unknown): unknown => readQueueJobs({ jobs: [{ job_id: 1, job_state }] })[0]?.state;
    expect(read(["COMPLETING", "CANCELLED"])).toEqual({ base: "CANCELLED", flags: ["COMPLETING"], raw: "CANCELLED COMPLETING" });
    expect(read(["RUNNING", "CONFIGURING"])).toMatchObject({ base: "RUNNING", flags: ["CONFIGURING"] });
    expect(read(["COMPLETING"])).toMatchObject({ base: "UNKNOWN", flags: ["COMPLETING"] });
    expect(read("REQUEUE_HOLD")).toMatchObject({ base: "PENDING", flags: ["REQUEUE_HOLD"] });
    for (const nothing of [undefined, null, [], 7, {}, "", ["NEW_WORD"]]) expect(read(nothing)).toMatchObject({ base: "UNKNOWN" });
  });

  it("leak Slurm's numbers for none, which are none", () => {
    const job = (value: unknown): unknown => readQueueJobs({ jobs: [{ job_id: 1, job_state: ["PENDING"], array_job_id: value, array_task_id: value, start_time: value, submit_time: value, restart_cnt: value }] })[0];
    for (const none of [0, null, -2, 4294967294, 65534, { set: false, infinite: false, number: 0 }, { set: true, infinite: false, number: 0 }, { set: false, infinite: true, number: 0 }, "x"]) {
      expect(job(none)).toMatchObject({ jobId: "1", tasks: undefined, startedAtSeconds: undefined, submittedAtSeconds: undefined, restarts: 0 });
    }
  });

  it.each([{}, { jobs: null }, { jobs: {} }, { jobs: [7] }, { jobs: [{}] }, { jobs: [{ job_id: 0 }] }, { jobs: [{ job_id: { set: false, number: 7 } }] }, [], null, undefined])("are not guessed from %j", (body) => {
    expect(() => readQueueJobs(body)).toThrow(OutputUnreadableError);
  });

  it("never make a success of what they are not told, whatever they hold", () => {
    const noise = fc.jsonValue({ maxDepth: 3 });
    const field = fc.constantFrom("job_id", "job_state", "exit_code", "array_job_id", "array_task_id", "array_task_string", "start_time", "end_time", "suspend_time", "nodes", "restart_cnt", "more");
    fc.assert(
      fc.property(fc.array(fc.tuple(field, noise), { maxLength: 4 }), fc.boolean(), (changes, drop) => {
        const job: Record<string, unknown> = { ...completed.jobs[0], ...Object.fromEntries(changes.map(([name, value]) => [name, drop ? undefined : value])) };
        let rows: ReturnType<typeof readQueueJobs>;
        try {
          rows = readQueueJobs({ jobs: [job] });
        } catch (error) {
          expect(error).toBeInstanceOf(OutputUnreadableError);
          return;
        }
        expect(rows).toHaveLength(1);
        const said = `${JSON.stringify(job["job_state"])}`;
        if (rows[0]?.state.base === "COMPLETED") expect(said).toContain("COMPLETED");
        expect(rows[0]?.jobId).toMatch(/^[1-9]\d*$/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("the queue over slurmrestd", () => {
  /** Answers as it is told. */
  const contextWith = (answer: (request: RestRequest) => object): { readonly context: RestContext; readonly asked: RestRequest[] } => {
    const asked: RestRequest[] = [];
    const ask = async (request: RestRequest): Promise<object> => {
      asked.push(request);
      return { status: 200, problems: [], body: answer(request) };
    };
    return { asked, context: { session: { traits: traitsOf({ text: "v0.0.42", number: 42 }), ask } } as unknown as RestContext };
  };

  it("asks for the tasks of many arrays whose lists were cut in addresses that are not too long, and tells each its own", async () => {
    const ids = Array.from({ length: 450 }, (_, index) => 1000 + index);
    const { context, asked } = contextWith(({ path, query }) =>
      path === "jobs"
        ? { jobs: ids.map((id) => ({ job_id: id, array_job_id: id, array_task_string: "1,3,...", job_state: ["PENDING"] })) }
        : { jobs: (query?.["job_id"] as readonly string[]).flatMap((id) => [{ job_id: `${id}_${Number(id) % 7}`, state: ["PENDING"] }, { job_id: "77_5", state: ["RUNNING"] }]) },
    );
    const rows = await queryRestQueue(context, ids.map(String));
    expect(rows.map(({ jobId, tasks }) => [jobId, [...eachIndex(tasks ?? [])]])).toEqual(ids.map((id) => [String(id), [id % 7]]));
    expect(asked.filter(({ path }) => path === "jobs/state").map(({ query }) => query?.["job_id"]?.length)).toEqual([200, 200, 50]);
  });

  it("asks no more once one of many questions failed", async () => {
    const { context, asked } = contextWith(({ path }) => {
      if (path === "job/3") throw new OutputUnreadableError("slurmrestd", "nothing", "");
      return { jobs: [] };
    });
    await expect(queryRestQueue(context, ["1", "2", "3", "4"])).rejects.toThrow(OutputUnreadableError);
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, true, true, true]);
  });
});
