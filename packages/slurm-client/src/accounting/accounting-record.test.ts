import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allRecordings, recorded, type Recordings } from "../fixtures/recordings.js";
import { accountingShiftsExitCodes } from "../outcome/exit-code.js";
import { parseSlurmVersion } from "../cluster/slurm-version.js";
import { parseAccounting, type AccountingRecord } from "./accounting-record.js";

const recordsOf = (cluster: Recordings, name: string, what = "sacct of many"): readonly AccountingRecord[] =>
  parseAccounting(recorded(cluster, what).stdout).filter(({ jobId }) => jobId === cluster.jobs[name]);

describe.each(allRecordings)("sacct of Slurm $version", (cluster) => {
  it.each([
    ["completed", "COMPLETED", "0:0"],
    ["exit3", "FAILED", "3:0"],
    ["killed", "FAILED", "0:9"],
    ["memory", "OUT_OF_MEMORY", "0:125"],
    ["timeout", "TIMEOUT", "0:0"],
    ["held", "CANCELLED", "0:0"],
    ["dependent", "PENDING", "0:0"],
    ["running", "RUNNING", "0:0"],
  ])("tells that %s is %s with %s", (name, state, exitCode) => {
    const records = recordsOf(cluster, name);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ tasks: undefined, state: { base: state }, exitCode });
  });

  it("takes 128 away from an exit code of 200 exactly where that is said", () => {
    const version = parseSlurmVersion(`slurm ${cluster.version}`) ?? { major: 0, minor: 0 };
    expect(recordsOf(cluster, "exit200")[0]?.exitCode).toBe(accountingShiftsExitCodes(version) ? "72:0" : "200:0");
  });

  it("tells who cancelled, and times where there are some", () => {
    expect(recordsOf(cluster, "held")[0]).toMatchObject({ state: { raw: "CANCELLED by 2001" }, startedAtSeconds: undefined, elapsedSeconds: 0, nodes: undefined });
    expect(recordsOf(cluster, "running")[0]).toMatchObject({ endedAtSeconds: undefined, nodes: "c1" });
  });

  it("tells of each task of an array, and of those that wait together", () => {
    expect(recordsOf(cluster, "array").map(({ tasks, state }) => [tasks, state.base])).toEqual([[[1], "COMPLETED"], [[2], "COMPLETED"], [[3], "FAILED"]]);
    expect(recordsOf(cluster, "heldArray").flatMap(({ tasks }) => tasks)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 12]);
  });

  it("has no record of a job that it does not know", () => {
    const { stdout, exitCode } = recorded(cluster, "sacct of an unknown id");
    expect([parseAccounting(stdout), exitCode]).toEqual([[], 0]);
  });
});

describe("parseAccounting", () => {
  it.each(["Welcome!\n", "12\x1fCOMPLETED\n", "12.batch\x1fCOMPLETED\x1f0:0\x1fNone\x1f1\x1f2\x1f3\x1f4\x1fc1\n", "12_[x]\x1fCOMPLETED\x1f0:0\x1fNone\x1f1\x1f2\x1f3\x1f4\x1fc1\n"])("throws on %j", (printed) => {
    expect(() => parseAccounting(printed)).toThrow(OutputUnreadableError);
  });
});
