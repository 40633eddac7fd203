import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allClusterRecordings } from "../fixtures/cluster-recordings.js";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { waitingRecordings } from "./fixtures/waiting-recordings.js";
import { parseTrialStart, type TrialStart } from "./trial-start.js";

const read = (cluster: Omit<Recordings, "jobs">, what: string): TrialStart => parseTrialStart(recorded(cluster, what).stdout + recorded(cluster, what).stderr);

describe.each(allClusterRecordings)("a job that is only tried, by Slurm $version", (cluster) => {
  it("starts or is refused", () => {
    expect(read(cluster, "trial that starts")).toMatchObject({ kind: "starts", cpus: 1, partition: "standard", startsAtSeconds: expect.any(Number) as number });
    expect(read(cluster, "trial that is refused")).toEqual({ kind: "refused", message: "Requested node configuration is not available" });
    expect(read(cluster, "trial of an unknown partition")).toEqual({ kind: "refused", message: "Invalid partition name specified" });
  });
});

describe.each(waitingRecordings)("a heterogeneous job that is only tried, by Slurm $version", (cluster) => {
  it("starts with all of its components, or is refused for one", () => {
    expect(read(cluster, "trial of a heterogeneous job")).toEqual({ kind: "starts", startsAtSeconds: expect.any(Number) as number, nodes: "c1", partition: undefined, cpus: 5 });
    expect(read(cluster, "trial of a component of an unknown partition")).toEqual({ kind: "refused", message: "Invalid partition name specified" });
  });
});

describe("an answer to a trial", () => {
  it("may name another cluster", () => {
    expect(parseTrialStart("sbatch: Job 1 to start at 1795302273 on cluster alps-2 a using 1 processors on nodes s1 in partition visitors\n")).toEqual({ kind: "starts", startsAtSeconds: 1_795_302_273, nodes: "s1", partition: "visitors", cpus: 1 });
  });

  it("is none where it is neither, or cut", () => {
    expect(() => parseTrialStart("sbatch: error: Unable to contact slurm controller (connect failure)\n")).toThrow(OutputUnreadableError);
    expect(() => parseTrialStart("sbatch: Job 1 to start at 1795302273 using 1 processors on nodes s1 in\n")).toThrow(OutputUnreadableError);
  });
});
