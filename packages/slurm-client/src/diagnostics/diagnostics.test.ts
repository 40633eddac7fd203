import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allClusterRecordings, answerRecorded } from "../fixtures/cluster-recordings.js";
import { licensesQuestion, parseLicenses } from "../license/license.js";
import { diagnosticsQuestion, parseDiagnostics } from "./diagnostics.js";

describe.each(allClusterRecordings)("the controller of Slurm $version", (cluster) => {
  it("says how it is doing", () => {
    const found = answerRecorded(cluster, "diagnostics", diagnosticsQuestion);
    expect(found).toMatchObject({ databaseQueueLength: 0, agentQueueLength: 0, jobs: { pending: 1, running: 1 } });
    expect(found.atSeconds).toBeGreaterThan(found.sinceSeconds ?? Infinity);
    expect(found.serverThreads).toBeGreaterThan(0);
    expect(found.mainScheduler.totalCycles).toBeGreaterThan(0);
    expect(found.backfill.totalCycles).toBeGreaterThan(0);
    expect(found.backfill.meanCycleMicroseconds).not.toBe(found.mainScheduler.meanCycleMicroseconds);
    expect(found.requests.find(({ name }) => name === "REQUEST_SUBMIT_BATCH_JOB")?.count).toBeGreaterThan(40);
    expect(found.requestsByUser.map(({ name }) => name)).toEqual(expect.arrayContaining(["alice", "root", "slurm"]));
    for (const { count, averageMicroseconds, totalMicroseconds } of found.requests) expect(Math.abs(totalMicroseconds - count * averageMicroseconds)).toBeLessThan(count + 1);
  });

  it("counts licences, also those of a server", () => {
    expect(answerRecorded(cluster, "licenses", licensesQuestion)).toEqual([
      { name: "ansys@flex", total: 10, used: 0, free: 10, reserved: 0, remote: true },
      { name: "matlab", total: 10, used: 2, free: 8, reserved: 0, remote: false },
    ]);
  });
});

describe("answers that are none", () => {
  it("are no diagnostics and no licences", () => {
    expect(() => parseDiagnostics("")).toThrow(OutputUnreadableError);
    expect(parseLicenses("No licenses configured in Slurm.\n")).toEqual([]);
    expect(() => parseLicenses("")).toThrow(OutputUnreadableError);
  });
});
