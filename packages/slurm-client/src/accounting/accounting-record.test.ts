import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { accountingShiftsExitCodes } from "../outcome/exit-code.js";
import { parseSlurmVersion } from "../cluster/slurm-version.js";
import { countIndices, eachIndex } from "../queue/index-ranges.js";
import { jobRecordings } from "../state/fixtures/job-recordings.js";
import { parseAccounting, recordsCommand, type AccountingRecord } from "./accounting-record.js";

const recordsOf = (cluster: Recordings, name: string, what = "sacct first"): readonly AccountingRecord[] =>
  parseAccounting(recorded(cluster, what).stdout).filter(({ jobId }) => jobId === cluster.jobs[name]);

describe.each(jobRecordings)("sacct of Slurm $version", (cluster) => {
  it("was asked as it is asked now", () => {
    const { argv } = recorded(cluster, "sacct first");
    expect(argv).toEqual(recordsCommand((argv.at(-1) ?? "").slice("--jobs=".length).split(",")));
  });

  it.each([
    ["completed", "COMPLETED", "0:0", "0:0"],
    ["nonzero", "FAILED", "3:0", "0:0"],
    ["signal", "FAILED", "0:9", "0:0"],
    ["output folder missing", "FAILED", "0:53", "0:0"],
    ["memory", "OUT_OF_MEMORY", "0:125", "0:0"],
    ["memory of a step", "COMPLETED", "0:0", "0:125"],
    ["step fails", "COMPLETED", "0:0", "9:0"],
    ["cancelled pending", "CANCELLED", "0:0", "0:0"],
    ["dependency never satisfied", "PENDING", "0:0", "0:0"],
    ["runs", "RUNNING", "0:0", "0:0"],
  ])("tells that %s is %s with %s, and of its steps %s", (name, state, exitCode, derivedExitCode) => {
    const records = recordsOf(cluster, name);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ tasks: undefined, component: undefined, state: { base: state }, exitCode, derivedExitCode });
  });

  it("takes 128 away from an exit code of 200 exactly where that is said", () => {
    const version = parseSlurmVersion(`slurm ${cluster.version}`) ?? { major: 0, minor: 0 };
    expect(recordsOf(cluster, "exit 200")[0]?.exitCode).toBe(accountingShiftsExitCodes(version) ? "72:0" : "200:0");
  });

  it("tells who cancelled, and times where there are some", () => {
    expect(recordsOf(cluster, "cancelled pending")[0]).toMatchObject({ state: { raw: "CANCELLED by 2001" }, startedAtSeconds: undefined, elapsedSeconds: 0, nodes: undefined });
    expect(recordsOf(cluster, "runs")[0]).toMatchObject({ endedAtSeconds: undefined, nodes: "c1" });
  });

  it("tells of each task of an array, and of those that wait together", () => {
    expect(recordsOf(cluster, "array limit").map(({ tasks, state }) => [[...eachIndex(tasks ?? [])], state.base])).toEqual([[[0], "RUNNING"], [[1], "RUNNING"], [[2, 3, 4, 5, 6, 7, 8, 9], "PENDING"]]);
    expect(recordsOf(cluster, "held array").map(({ tasks }) => countIndices(tasks ?? []))).toEqual([9]);
  });

  it("tells of each component of a heterogeneous job that has run", () => {
    expect(recordsOf(cluster, "het failed").map(({ component, exitCode }) => [component, exitCode])).toEqual([[0, "4:0"], [1, "4:0"]]);
    expect(recordsOf(cluster, "het failed", "sacct of a heterogeneous job")).toHaveLength(2);
  });

  it("has no record of a job that it does not know", () => {
    const { stdout, exitCode } = recorded(cluster, "sacct of an unknown id");
    expect([parseAccounting(stdout), exitCode]).toEqual([[], 0]);
  });
});

describe("parseAccounting", () => {
  it.each(["Welcome!\n", "12\x1fCOMPLETED\n", "12.batch\x1fCOMPLETED\x1f0:0\x1f0:0\x1fNone\x1f1\x1f2\x1f3\x1f4\x1fc1\n", "12_[x]\x1fCOMPLETED\x1f0:0\x1f0:0\x1fNone\x1f1\x1f2\x1f3\x1f4\x1fc1\n"])("throws on %j", (printed) => {
    expect(() => parseAccounting(printed)).toThrow(OutputUnreadableError);
  });
});
