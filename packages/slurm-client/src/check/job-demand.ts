import { parseGres, type Gres } from "../node/gres.js";
import type { JobSpec } from "../spec/job-spec.js";
import type { Tres } from "../tres/tres.js";

/**
 * What a job asks for, in numbers: the least of each that it can run with. All rules about sizes read this and no field of the spec, so
 * that a new field is understood here, once.
 */
export interface JobDemand {
  /** Undefined if the job leaves it to the partition. */
  readonly timeSeconds: number | undefined;
  readonly nodes: number;
  /** Of all nodes together. */
  readonly cpus: number;
  /** That at least one of its nodes must have. */
  readonly cpusPerNode: number;
  readonly memoryPerNodeBytes: number | undefined;
  readonly memoryPerCpuBytes: number | undefined;
  readonly gresPerNode: readonly Gres[];
  /** Of the whole job, by Slurm's names. */
  readonly tres: Tres;
  readonly tresPerNode: Tres;
  /** How many jobs it counts for. */
  readonly jobs: number;
}

export function readDemand(spec: JobSpec): JobDemand {
  // Options that are not known here could let tasks share CPUs.
  const ntasks = spec.extraArguments === undefined ? spec.ntasks : undefined;
  const cpusPerTask = spec.cpusPerTask ?? 1;
  const said = typeof spec.nodes === "object" ? spec.nodes.min : spec.nodes;
  // sbatch takes fewer nodes where there are fewer tasks.
  const nodes = Math.max(Math.min(said ?? 1, ntasks ?? Infinity), Math.ceil((ntasks ?? 1) / (spec.ntasksPerNode ?? Infinity)), 1);
  const tasks = ntasks ?? nodes * (spec.extraArguments === undefined ? (spec.ntasksPerNode ?? 1) : 1);
  const mostNodes = typeof spec.nodes === "object" ? spec.nodes.max : (spec.nodes ?? tasks);
  const cpusPerNode = cpusPerTask * Math.ceil(tasks / Math.max(mostNodes, 1));
  const memoryPerNodeBytes = spec.memory?.bytes ?? (spec.memoryPerCpu === undefined ? undefined : spec.memoryPerCpu.bytes * cpusPerNode);
  const gresPerNode = readGres(spec);
  const megabytes = spec.memory === undefined ? (spec.memoryPerCpu === undefined ? undefined : (spec.memoryPerCpu.bytes / 1024 ** 2) * tasks * cpusPerTask) : (spec.memory.bytes / 1024 ** 2) * nodes;
  return {
    timeSeconds: spec.time?.seconds,
    nodes,
    cpus: tasks * cpusPerTask,
    cpusPerNode,
    memoryPerNodeBytes,
    memoryPerCpuBytes: spec.memoryPerCpu?.bytes,
    gresPerNode,
    tres: { cpu: tasks * cpusPerTask, node: nodes, ...(megabytes === undefined ? {} : { mem: megabytes }), ...countTres(gresPerNode, nodes) },
    tresPerNode: { cpu: cpusPerNode, ...(memoryPerNodeBytes === undefined ? {} : { mem: memoryPerNodeBytes / 1024 ** 2 }), ...countTres(gresPerNode, 1) },
    jobs: spec.array?.tasks.length ?? 1,
  };
}

function readGres({ gpus, gres = [] }: JobSpec): readonly Gres[] {
  const gpu = gpus === undefined ? [] : [typeof gpus === "number" ? { name: "gpu", type: undefined, count: gpus } : { name: "gpu", ...gpus }];
  return [...gpu, ...gres.flatMap((word) => parseGres(word))];
}

/** Slurm counts those of a type twice: by their name, and by name and type. */
function countTres(all: readonly Gres[], nodes: number): Tres {
  const counts: Record<string, number> = {};
  for (const { name, type, count } of all) {
    for (const key of type === undefined ? [`gres/${name}`] : [`gres/${name}`, `gres/${name}:${type}`]) counts[key] = (counts[key] ?? 0) + count * nodes;
  }
  return counts;
}
