import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allClusterRecordings, answerRecorded } from "../fixtures/cluster-recordings.js";
import { nodesQuestion, parseNodes } from "./cluster-node.js";

describe.each(allClusterRecordings)("nodes of Slurm $version", (cluster) => {
  const nodes = answerRecorded(cluster, "nodes", nodesQuestion);

  it("are each there once, with all their partitions", () => {
    expect(nodes.map(({ name }) => name)).toEqual(["c1", "c2", "c3", "c4"]);
    expect(nodes[0]?.partitions).toEqual(["standard", "dev", "preemptible", "closed", "downpart", "limited"]);
  });

  it("have what they have, and what of it is given away", () => {
    expect(nodes[0]).toMatchObject({
      state: { base: "MIXED", takesJobs: true },
      cpus: 64,
      cpusAllocated: 2,
      memoryBytes: 256 * 1024 ** 3,
      memoryAllocatedBytes: 1024 ** 3,
      gres: [{ name: "gpu", type: "a100", count: 4 }],
      gresUsed: [{ name: "gpu", type: "a100", count: 2 }],
      features: ["icelake"],
      tres: { cpu: 64, mem: 262_144, "gres/gpu": 4 },
      tresAllocated: { cpu: 2, mem: 1024, "gres/gpu": 2 },
      reason: undefined,
    });
    expect(nodes[1]?.gresUsed).toEqual([]);
    expect(nodes[0]?.memoryFreeBytes).toBeGreaterThan(0);
  });

  it("that are set aside say why, in all its lines, and it replaces no other field", () => {
    expect(nodes[3]).toMatchObject({
      state: { base: "IDLE", flags: ["DRAIN"], takesJobs: false },
      reason: { text: "bad, disk = State=IDLE | it's\nnewline", by: "root", sinceSeconds: expect.any(Number) as number },
    });
  });
});

describe("an answer about nodes", () => {
  it("without a node is none", () => {
    expect(() => parseNodes("")).toThrow(OutputUnreadableError);
    expect(() => parseNodes("slurm_load_node error: Unable to contact slurm controller\n")).toThrow(OutputUnreadableError);
  });

  it("of a node that keeps memory for the system has what is left for jobs", () => {
    expect(parseNodes("NodeName=n1 RealMemory=1000 AllocMem=0 MemSpecLimit=200 State=IDLE\n")[0]?.memoryBytes).toBe(800 * 1024 ** 2);
  });

  it("of a node that never answered leaves open what is not known", () => {
    expect(parseNodes("NodeName=n1 CoresPerSocket=1  CPUAlloc=0 CPUTot=8 CPULoad=N/A Gres=(null) RealMemory=1 AllocMem=0 FreeMem=N/A State=UNKNOWN+NOT_RESPONDING Partitions=p\n")[0]).toMatchObject({ cpus: 8, cpuLoad: undefined, memoryFreeBytes: undefined, gres: [], state: { base: "UNKNOWN", takesJobs: false } });
  });
});
