import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allClusterRecordings, answerRecorded } from "../fixtures/cluster-recordings.js";
import { recorded } from "../fixtures/recordings.js";
import { fairShareQuestion, parseFairShare } from "./fair-share.js";
import { ownPrioritiesQuestion, parsePriorities } from "./job-priority.js";
import { parseStartEstimates, parseTrialStart, startEstimatesQuestion } from "./start-estimate.js";

describe.each(allClusterRecordings)("what decides about a start, by Slurm $version", (cluster) => {
  const printed = (what: string): string => recorded(cluster, what).stdout + recorded(cluster, what).stderr;

  it("are shares of accounts and users, in their tree", () => {
    const shares = answerRecorded(cluster, "fair share", fairShareQuestion);
    const places = shares.map(({ account, user, partition, depth }) => [account, user, partition, depth]);
    expect(places).toEqual(expect.arrayContaining([["root", undefined, undefined, 0], ["climate", undefined, undefined, 1], ["climate", "alice", undefined, 2], ["sub", undefined, undefined, 2], ["sub", "alice", "dev", 3]]));
    const own = shares.find(({ account, user }) => account === "climate" && user === "alice");
    expect(own).toMatchObject({ shares: 10, normalizedShares: expect.any(Number) as number, factor: expect.any(Number) as number });
    expect(own?.rawUsage).toBeGreaterThan(0);
    expect(shares[0]?.factor).toBeUndefined();
  });

  it("are the factors of a job's priority", () => {
    const [job, ...others] = answerRecorded(cluster, "priorities", ownPrioritiesQuestion("alice"));
    expect(others).toEqual([]);
    expect(job).toMatchObject({ user: "alice", partition: "standard", factors: { qos: 100, age: 0, nice: 0, tres: {} } });
    // Each is rounded by itself.
    expect(Math.abs((job?.priority ?? 0) - (job?.factors.fairShare ?? 0) - 100)).toBeLessThan(2);
  });

  it("is a plan for a pending job, and none for an unknown one", () => {
    const [estimate] = parseStartEstimates(printed("start of a pending job"), "\x1eEND\x1e");
    expect(estimate).toMatchObject({ jobId: expect.stringMatching(/^\d+$/) as string, startsAtSeconds: expect.any(Number) as number, nodes: "c[1-3]", reason: expect.stringMatching(/^ReqNodeNotAvail/) as string });
    expect(answerRecorded(cluster, "start of an unknown job", startEstimatesQuestion(["99999999"]))).toEqual([]);
  });

  it("is tried without queueing", () => {
    expect(parseTrialStart(printed("trial that starts"))).toMatchObject({ kind: "starts", cpus: 1, partition: "standard", startsAtSeconds: expect.any(Number) as number });
    expect(parseTrialStart(printed("trial that is refused"))).toEqual({ kind: "refused", message: "Requested node configuration is not available" });
    expect(parseTrialStart(printed("trial of an unknown partition"))).toEqual({ kind: "refused", message: "Invalid partition name specified" });
  });
});

describe("answers about another cluster", () => {
  it("name it, and are read alike", () => {
    expect(parseTrialStart("sbatch: Job 1 to start at 1795302273 on cluster alps-2 a using 1 processors on nodes s1 in partition visitors\n")).toEqual({ kind: "starts", startsAtSeconds: 1_795_302_273, nodes: "s1", partition: "visitors", cpus: 1 });
    expect(parseFairShare("CLUSTER: alps-2\nroot||||0.000000|0|1.000000||\n climate|alice||10|0.5|0|0.0|0.16|inf\n").map(({ account, levelFairShare }) => [account, levelFairShare])).toEqual([["root", undefined], ["climate", Infinity]]);
  });
});

describe("answers that are none", () => {
  it("are no priorities and no starts", () => {
    expect(parsePriorities("Unable to find jobs matching user/id(s) specified\n")).toEqual([]);
    expect(() => parsePriorities("x|standard|alice\n")).toThrow(OutputUnreadableError);
    expect(() => parseStartEstimates("12\x1f17", "\x1eEND\x1e")).toThrow(OutputUnreadableError);
    expect(() => parseTrialStart("sbatch: error: Unable to contact slurm controller (connect failure)\n")).toThrow(OutputUnreadableError);
  });
});
