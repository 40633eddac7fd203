import { OutputUnreadableError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allRecordings, recorded, type Recordings } from "../fixtures/recordings.js";
import { parseQueue, type QueueRow } from "./parse-queue.js";
import { fieldEnd, queueFormat } from "./queue-format.js";

const end = "\x1e0123-end\x1e";

describe.each(allRecordings)("squeue of Slurm $version", (cluster) => {
  const rowsOf = ({ jobs, ...rest }: Recordings, name: string, what = "squeue of many"): readonly QueueRow[] =>
    parseQueue(recorded({ jobs, ...rest }, what).stdout, end).filter(({ jobId }) => jobId === jobs[name]);

  it("was asked as it is asked now", () => {
    expect(recorded(cluster, "squeue of many").argv.at(-1)).toBe(`--Format=${queueFormat(end)}`);
  });

  it.each([
    ["completed", "COMPLETED", undefined],
    ["exit3", "FAILED", "NonZeroExitCode"],
    ["exit200", "FAILED", "NonZeroExitCode"],
    ["memory", "OUT_OF_MEMORY", "OutOfMemory"],
    ["timeout", "TIMEOUT", "TimeLimit"],
    ["held", "CANCELLED", "JobHeldUser"],
    ["dependent", "PENDING", "DependencyNeverSatisfied"],
    ["running", "RUNNING", undefined],
  ])("tells that %s is %s, because of %s", (name, state, reason) => {
    const rows = rowsOf(cluster, name);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ tasks: undefined, state: { base: state }, reason, restarts: 0 });
  });

  it("tells times in seconds, nodes in short, and nothing where there is nothing", () => {
    const [running] = rowsOf(cluster, "twoNodes");
    expect(running).toMatchObject({ nodes: "c[1-2]" });
    expect(running?.elapsedSeconds).toBeGreaterThan(10);
    expect(running?.startedAtSeconds).toBeGreaterThanOrEqual(running?.submittedAtSeconds ?? Infinity);
    expect(rowsOf(cluster, "dependent")[0]).toMatchObject({ nodes: undefined, startedAtSeconds: undefined, elapsedSeconds: 0 });
  });

  it("tells of which tasks of an array a row is, those that wait together too", () => {
    expect(rowsOf(cluster, "heldArray").map(({ tasks }) => tasks)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 12]]);
    const tasks = rowsOf(cluster, "runningArray").map((row) => [row.state.base, row.tasks] as const);
    expect(tasks.sort()).toEqual([["PENDING", [2, 3, 4, 5]], ["RUNNING", [0]], ["RUNNING", [1]]]);
  });

  it("tells of jobs that were cancelled, waiting or running", () => {
    const cancelled = ["running", "dependent", "heldArray", "runningArray"].flatMap((name) => rowsOf(cluster, name, "squeue of many, cancelled"));
    expect(cancelled.length).toBeGreaterThanOrEqual(4);
    expect(new Set(cancelled.map(({ state }) => state.base))).toEqual(new Set(["CANCELLED"]));
  });

  it("has no row of a job that it does not know", () => {
    expect(recorded(cluster, "squeue of one unknown id")).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("Invalid job id specified") as string });
    expect(recorded(cluster, "squeue of two unknown ids")).toMatchObject({ exitCode: 0, stdout: "" });
  });
});

describe("parseQueue", () => {
  const row = (reason: string): string => ["41", "N/A", "PENDING", "1795179600", "N/A", "0:00", "0:0", "2", "", reason].join(fieldEnd) + end;

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
    expect(() => parseQueue(`41${fieldEnd}N/A${end}`, end)).toThrow("a row of 2 fields");
    expect(() => parseQueue(row("None").replace("N/A", "1-x"), end)).toThrow("tasks that cannot be read");
  });

  it("takes an elapsed time that Slurm calls invalid for unknown", () => {
    const elapsed = (text: string): number | undefined => parseQueue(row("None").replace("0:00", text), end)[0]?.elapsedSeconds;
    expect(["INVALID", "1-02:03:04", "2:03:04", "3:04"].map(elapsed)).toEqual([undefined, 93_784, 7384, 184]);
  });
});
