import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allClusterRecordings, answerRecorded } from "../fixtures/cluster-recordings.js";
import { fairShareQuestion, parseFairShare } from "./fair-share.js";
import { parsePriorities, prioritiesQuestion } from "./job-priority.js";

describe.each(allClusterRecordings)("what decides about a start, by Slurm $version", (cluster) => {
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
    const [row, ...others] = answerRecorded(cluster, "priorities", prioritiesQuestion(["alice"]));
    expect(others).toEqual([]);
    const job = row?.found;
    expect(job).toMatchObject({ user: "alice", partition: "standard", factors: { qos: 100, age: 0, nice: 0, tres: {} } });
    // Each is rounded by itself.
    expect(Math.abs((job?.priority ?? 0) - (job?.factors.fairShare ?? 0) - 100)).toBeLessThan(2);
  });
});

describe("shares on another cluster", () => {
  it("name it, and are read alike", () => {
    expect(parseFairShare("CLUSTER: alps-2\nroot||||0.000000|0|1.000000||\n climate|alice||10|0.5|0|0.0|0.16|inf\n").map(({ account, levelFairShare }) => [account, levelFairShare])).toEqual([["root", undefined], ["climate", Infinity]]);
  });
});

describe("answers that are none", () => {
  it("are no priorities", () => {
    expect(parsePriorities("Unable to find jobs matching user/id(s) specified\n")).toEqual([]);
    expect(() => parsePriorities("x|standard|alice\n")).toThrow(OutputUnreadableError);
  });
});
