import { readFileSync } from "node:fs";
import { parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { recorded, type Recordings } from "../fixtures/recordings.js";
import { parseMpiTypes } from "../cluster/mpi-types.js";
import { unknownOptions, renderStepOptions } from "./srun-arguments.js";
import { stepOptionsSchema, type StepOptions } from "./step-options.js";

const clusters = JSON.parse(readFileSync(new URL("fixtures/srun.json", import.meta.url), "utf8")) as readonly Recordings[];
const render = (step: StepOptions): readonly string[] => renderStepOptions(parseOptions(stepOptionsSchema, step, "step"));

const everything: StepOptions = {
  name: "rank's", ntasks: 4, nodes: 2, ntasksPerNode: 2, cpusPerTask: 3, memory: "1G", gpusPerTask: 1, gres: ["gpu:a100:1"], tresPerTask: "cpu=2,gres/gpu=1",
  nodelist: ["c1", "c2"], exclude: ["c3"], cpuBinding: { map: [0, 1] }, memoryBinding: "local", gpuBinding: { tasksPerResource: 2 }, hint: "nomultithread",
  distribution: { nodes: "block", cores: "cyclic", pack: true }, mpi: "pmi2", exact: true, overlap: true, hetGroups: [0, 1], time: "90s", output: "o-%t", error: "e-%t",
  input: { task: 0 }, label: true, unbuffered: true, killOnBadExit: true, waitSeconds: 0, oomKillStep: false,
};

describe("the options of a step", () => {
  it("are words of srun's", () => {
    expect(render(everything)).toEqual([
      "--job-name=rank's", "--ntasks=4", "--nodes=2", "--ntasks-per-node=2", "--cpus-per-task=3", "--mem=1G", "--gpus-per-task=1", "--gres=gpu:a100:1", "--tres-per-task=cpu=2,gres/gpu=1",
      "--nodelist=c1,c2", "--exclude=c3", "--cpu-bind=map_cpu:0,1", "--mem-bind=local", "--gpu-bind=single:2", "--hint=nomultithread", "--distribution=block:*:cyclic,Pack",
      "--mpi=pmi2", "--het-group=0,1", "--time=0-00:01:30", "--output=o-%t", "--error=e-%t", "--input=0", "--kill-on-bad-exit=1", "--wait=0", "--oom-kill-step=0",
      "--exact", "--overlap", "--label", "--unbuffered",
    ]);
  });

  it.each<[StepOptions, string]>([
    [{ cpuBinding: { masks: ["0x3", "0xc"] } }, "--cpu-bind=mask_cpu:0x3,0xc"],
    [{ memoryBinding: { map: [1] } }, "--mem-bind=map_mem:1"],
    [{ gpuBinding: { resourcesPerTask: 2 } }, "--gpu-bind=per_task:2"],
    [{ gpuBinding: { map: [0, 3] } }, "--gpu-bind=map_gpu:0,3"],
    [{ distribution: { planeSize: 2 } }, "--distribution=plane=2"],
    [{ distribution: { sockets: "fcyclic", pack: false } }, "--distribution=*:fcyclic,NoPack"],
    [{ memoryPerCpu: "500M" }, "--mem-per-cpu=500M"],
    [{ gres: "none" }, "--gres=none"],
    [{ input: "none" }, "--input=none"],
  ])("%j is %s", (step, word) => {
    expect(render(step)).toEqual([word]);
  });
});

describe.each(clusters)("srun of Slurm $version", (cluster) => {
  const [major = 0, minor = 0] = cluster.version.split(".").map(Number);

  it("knows every option that is not told to be newer", () => {
    const help = recorded(cluster, "the options of srun").stdout;
    const newer = unknownOptions(everything, { major, minor, patch: 0, text: cluster.version }).map(({ option }) => `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    // Accepted by all three; the help of a build without NUMA leaves it out.
    const shown = render({ ...everything, memoryBinding: undefined });
    const unknown = shown.map((word) => word.replace(/=.*$/, "")).filter((option) => !new RegExp(`${option}[=\\[\\s]`).test(help));
    expect(unknown).toEqual(newer);
  });

  it("lists its MPI types", () => {
    const types = parseMpiTypes(recorded(cluster, "the MPI types").stdout);
    expect(types).toEqual(expect.arrayContaining(["none", "pmi2"]));
    expect(types.some((type) => type.startsWith("pmix_v"))).toBe(types.includes("pmix"));
  });
});

it("an answer without a list of MPI types is unreadable", () => {
  expect(() => parseMpiTypes("srun: error: unable to contact\n")).toThrow("no list of MPI types");
});
