import { OutputUnreadableError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eachIndex } from "../queue/index-ranges.js";
import { recordedServers } from "./fixtures/exchanges.js";
import { readAccountingJobs } from "./rest-accounting.js";

describe.each(recordedServers)("jobs of slurmdbd over slurmrestd $version", ({ traits, job, reply }) => {
  const records = readAccountingJobs(reply("accounting of all").body, { traits, uids: { alice: 2001 } });
  const of = (name: string): typeof records => records.filter(({ jobId }) => jobId === job(name));

  it.each([
    ["completed", "COMPLETED", "0:0"],
    // 22.05 tells of every exit by itself that it was 0: that is no answer.
    ["exit3", "FAILED", traits.accountingExitCodes ? "3:0" : ""],
    // Unlike sacct before 25.11, nothing is taken away.
    ["exit200", "FAILED", traits.accountingExitCodes ? "200:0" : ""],
    ["killed", "FAILED", "0:9"],
  ])("tell that %s is %s, with exit code %j", (name, base, exitCode) => {
    expect(of(name)).toMatchObject([{ tasks: undefined, state: { base }, exitCode }]);
    expect(of(name)[0]?.endedAtSeconds).toBeGreaterThanOrEqual(of(name)[0]?.submittedAtSeconds ?? Infinity);
  });

  it("tell who cancelled a job", () => {
    expect(of("cancelled")).toMatchObject([{ state: { base: "CANCELLED", raw: "CANCELLED by 2001" }, nodes: undefined }]);
  });

  it("tell of which tasks a record is, also those that wait, which are a bitmap", () => {
    expect(of("runningArray").map(({ state, tasks }) => [state.base, [...eachIndex(tasks ?? [])]])).toEqual(expect.arrayContaining([["PENDING", [2, 3, 7]], ["RUNNING", [0]], ["RUNNING", [1]]]));
    expect([...eachIndex(of("heldArray")[0]?.tasks ?? [])]).toEqual([1, 2, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97]);
  });

  it("tell which component of a heterogeneous job a record is", () => {
    expect(of("het").map(({ component }) => component).sort()).toEqual([0, 1]);
  });

  it("are none where slurmdbd knows none", () => {
    expect(readAccountingJobs(reply("accounting of an unknown job").body, { traits, uids: {} })).toEqual([]);
  });
});

describe("jobs of slurmdbd", () => {
  it("never make a success of what they are not told, whatever they hold", () => {
    const record = { job_id: 7, state: { current: ["FAILED"], reason: "None" }, exit_code: { status: ["ERROR"], return_code: { set: true, number: 3 } }, time: { elapsed: 5, start: 9, end: 14, submission: 8 }, array: { job_id: 0 } };
    const field = fc.constantFrom("job_id", "state", "exit_code", "time", "array", "nodes", "kill_request_user", "more");
    fc.assert(
      fc.property(fc.array(fc.tuple(field, fc.jsonValue({ maxDepth: 3 })), { maxLength: 3 }), (changes) => {
        const changed: Record<string, unknown> = { ...record, ...Object.fromEntries(changes) };
        try {
          const [read] = readAccountingJobs({ jobs: [changed] }, { traits: { accountingExitCodes: true }, uids: {} });
          if (read?.state.base === "COMPLETED") expect(JSON.stringify(changed["state"])).toContain("COMPLETED");
          if (read?.exitCode === "0:0") expect(JSON.stringify(changed["exit_code"])).toContain("0");
        } catch (error) {
          expect(error).toBeInstanceOf(OutputUnreadableError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
