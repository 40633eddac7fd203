import { OutputUnreadableError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { jobRecordings, recordEnd as end } from "../state/fixtures/job-recordings.js";
import { eachIndex } from "./index-ranges.js";
import { createQueueReader, parseQueue, type QueueRow } from "./parse-queue.js";
import { queueCommand } from "./query-queue.js";
import { fieldEnd } from "./queue-format.js";

describe.each(jobRecordings)("squeue of Slurm $version", (cluster) => {
  const rowsOf = ({ jobs, ...rest }: Recordings, name: string, what = "squeue first"): readonly QueueRow[] =>
    parseQueue(recorded({ jobs, ...rest }, what).stdout, end).filter(({ jobId }) => jobId === jobs[name]);

  it("was asked as it is asked now", () => {
    const { argv } = recorded(cluster, "squeue first");
    expect(argv).toEqual(queueCommand(argv.filter((word) => word.startsWith("--jobs=")), end));
  });

  it.each([
    ["completed", "COMPLETED", undefined, 0],
    ["nonzero", "FAILED", "NonZeroExitCode", 0],
    ["memory", "OUT_OF_MEMORY", "OutOfMemory", 0],
    ["preempted", "PREEMPTED", undefined, 0],
    ["node fails", "NODE_FAIL", "NodeDown", 0],
    ["cancelled pending", "CANCELLED", "JobHeldUser", 0],
    ["dependency never satisfied", "PENDING", "DependencyNeverSatisfied", 0],
    ["requeued", "PENDING", "BeginTime", 1],
    ["suspended", "SUSPENDED", undefined, 0],
    ["runs", "RUNNING", undefined, 0],
  ])("tells that %s is %s, because of %s", (name, state, reason, restarts) => {
    const rows = rowsOf(cluster, name);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ tasks: undefined, component: undefined, state: { base: state }, reason, restarts });
  });

  it("tells that time is over", () => {
    expect(["out of time", "past its deadline"].map((name) => rowsOf(cluster, name, `squeue ${name}`).map(({ state, reason }) => [state.base, reason]))).toEqual([[["TIMEOUT", "TimeLimit"]], [["DEADLINE", "DeadLine"]]]);
  });

  it("tells times in seconds, nodes in short, and nothing where there is nothing", () => {
    const [running] = rowsOf(cluster, "two nodes");
    expect(running).toMatchObject({ nodes: "c[1-2]" });
    expect(running?.elapsedSeconds).toBeGreaterThan(10);
    expect(running?.startedAtSeconds).toBeGreaterThanOrEqual(running?.submittedAtSeconds ?? Infinity);
    expect(rowsOf(cluster, "dependency never satisfied")[0]).toMatchObject({ nodes: undefined, startedAtSeconds: undefined, elapsedSeconds: 0 });
  });

  it("tells of which tasks of an array a row is, those that wait together too", () => {
    const tasks = (name: string): readonly (readonly [string, readonly number[]])[] => rowsOf(cluster, name).map((row) => [row.state.base, [...eachIndex(row.tasks ?? [])]] as const);
    expect(tasks("held array")).toEqual([["PENDING", [0, 1, 2, 3, 4, 5, 6, 7, 12]]]);
    expect([...tasks("array limit")].sort()).toEqual([["PENDING", [2, 3, 4, 5, 6, 7, 8, 9]], ["RUNNING", [0]], ["RUNNING", [1]]]);
  });

  it("gives components of a heterogeneous job under the id of their leader, whoever was asked for", () => {
    for (const what of ["squeue first", "squeue of a heterogeneous job"]) expect(rowsOf(cluster, "het held", what).map(({ component }) => component).sort()).toEqual([0, 1, 2]);
  });

  it("tells of jobs that were cancelled, waiting or running", () => {
    const cancelled = ["held by user", "held array", "array limit"].flatMap((name) => rowsOf(cluster, name, "squeue at the end"));
    expect(cancelled.length).toBeGreaterThanOrEqual(4);
    expect(new Set(cancelled.map(({ state }) => state.base))).toEqual(new Set(["CANCELLED"]));
  });

  it("has no row of a job that it does not know", () => {
    expect(recorded(cluster, "squeue of one unknown id")).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("Invalid job id specified") as string });
    expect(recorded(cluster, "squeue of two unknown ids")).toMatchObject({ exitCode: 0, stdout: "" });
  });
});

describe("parseQueue", () => {
  const row = (reason: string): string => ["41", "PENDING", "1795179600", "N/A", "0:00", "0:0", "2", "", reason].join(fieldEnd) + end;

  it("reads reasons with blanks, commas, line breaks and delimiters, which can forge nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", " ", ",", "\n", "\x1f", "\x1e", "é"), minLength: 1 }), { maxLength: 5 }), (reasons) => {
        expect(parseQueue(reasons.map((reason) => `${row(`x${reason}`)}\n`).join(""), end).map(({ reason }) => reason)).toEqual(reasons.map((reason) => `x${reason}`));
      }),
    );
  });

  it("throws wherever the output was cut inside a row", () => {
    const printed = row("Resources");
    for (let length = 1; length < printed.length; length++) expect(() => parseQueue(printed.slice(0, length), end)).toThrow(OutputUnreadableError);
  });

  it("throws on what is no row", () => {
    expect(() => parseQueue(`Welcome!\n${row("None")}`, end)).toThrow("a row without a job id");
    expect(() => parseQueue(`41${fieldEnd}PENDING${end}`, end)).toThrow("a row of 2 fields");
    expect(() => parseQueue(row("None").replace("41", "41_[1-x]"), end)).toThrow("tasks that cannot be read");
  });
});

describe("createQueueReader", () => {
  const row = (state: string): string => ["41", state, "1795179600", "N/A", "0:00", "0:0", "2", "", "None"].join(fieldEnd);

  it("gives a row that was in the answer before as the same object, whatever ends it now", () => {
    const read = createQueueReader();
    const [first] = read(`${row("PENDING")}<1>\n`, "<1>");
    const [again] = read(`${row("PENDING")}<2>\n`, "<2>");
    const [changed] = read(`${row("RUNNING")}<3>\n`, "<3>");
    expect(again).toBe(first);
    expect(changed).toMatchObject({ jobId: "41", state: { base: "RUNNING" } });
    expect(read(`${row("PENDING")}<4>\n`, "<4>")[0]).not.toBe(first);
  });

  it("throws where the parser does", () => {
    expect(() => createQueueReader()("Welcome!<1>\n", "<1>")).toThrow(OutputUnreadableError);
  });
});
