import type { Gres } from "../node/gres.js";
import { fewestNodes, isNodeList, type NodeCount } from "../spec/node-count.js";
import type { JobSpec } from "../spec/job-spec.js";
import type { Tres } from "../tres/tres.js";

/**
 * What a job, or one component of it, asks for, in numbers: the least of each that it can run with. All rules about sizes read this and no
 * field of the spec, so that a new field is understood here, once.
 */
export interface JobDemand {
  /** Undefined if the job leaves it to the partition. */
  readonly timeSeconds: number | undefined;
  /** The least that its limit may be lowered to. */
  readonly leastTimeSeconds: number | undefined;
  readonly nodes: number;
  readonly mostNodes: number;
  /** Whether Slurm may take as many nodes as it needs. */
  readonly spansNodes: boolean;
  /** Of all nodes together. */
  readonly cpus: number;
  /** That at least one of its nodes must have. */
  readonly cpusPerNode: number;
  /** The field that says how many CPUs a node must have, or the job. */
  readonly cpusField: "cpusPerTask" | "minCpusPerNode" | "ntasks" | "ntasksPerNode" | "tresPerTask";
  readonly memoryPerNodeBytes: number | undefined;
  readonly temporaryDiskBytes: number | undefined;
  readonly gresPerNode: readonly Gres[];
  /** Of all nodes together. */
  readonly gres: readonly Gres[];
  /** Of the whole job, by Slurm's names. */
  readonly tres: Tres;
  readonly tresPerNode: Tres;
  /** How many jobs it counts for. */
  readonly jobs: number;
}

export function readDemand(spec: JobSpec): JobDemand {
  const tasks = readTasks(spec);
  const gresPerNode = readGresPerNode(spec);
  const gres = addGres([...readGresOfTasks(spec, tasks.count), ...gresPerNode.map((each) => ({ ...each, count: each.count * tasks.nodes }))]);
  const gpus = gres.filter(({ name }) => name === "gpu").reduce((sum, { count }) => sum + count, 0);
  const cpus = Math.max(tasks.count * tasks.cpusPerTask, gpus * (spec.cpusPerGpu ?? 0));
  const cpusPerNode = Math.max(tasks.cpusPerTask * Math.max(tasks.perNode, Math.ceil(tasks.count / tasks.mostNodes)), spec.minCpusPerNode ?? 0);
  const memory = readMemory(spec, { cpus, cpusPerNode, nodes: tasks.nodes, gpus, gpusPerNode: Math.ceil(gpus / tasks.mostNodes) });
  return {
    timeSeconds: spec.time?.seconds,
    leastTimeSeconds: spec.timeMin?.seconds ?? spec.time?.seconds,
    nodes: tasks.nodes,
    mostNodes: tasks.mostNodes,
    spansNodes: spec.nodes === undefined,
    cpus,
    cpusPerNode,
    cpusField: findCpusField(spec, cpusPerNode),
    memoryPerNodeBytes: memory?.perNode,
    temporaryDiskBytes: spec.temporaryDisk?.bytes,
    gresPerNode,
    gres,
    tres: { cpu: cpus, node: tasks.nodes, ...(memory === undefined ? {} : { mem: memory.total / 1024 ** 2 }), ...countTres(gres) },
    tresPerNode: { cpu: cpusPerNode, ...(memory === undefined ? {} : { mem: memory.perNode / 1024 ** 2 }), ...countTres(gresPerNode) },
    jobs: spec.array?.tasks.length ?? 1,
  };
}

/** Tasks that share CPUs, as options that are not known here could let them, are counted as one on each node. */
function readTasks(spec: JobSpec): { readonly count: number; readonly perNode: number; readonly cpusPerTask: number; readonly nodes: number; readonly mostNodes: number } {
  const share = spec.extraArguments !== undefined || spec.overcommit === true;
  const ntasks = share ? undefined : spec.ntasks;
  const said = spec.nodes === undefined ? 1 : fewestNodes(spec.nodes);
  // sbatch takes fewer nodes where there are fewer tasks.
  const nodes = Math.max(Math.min(said, ntasks ?? Infinity), Math.ceil((ntasks ?? 1) / (spec.ntasksPerNode ?? Infinity)), 1);
  const count = ntasks ?? nodes * (share ? 1 : (spec.ntasksPerNode ?? 1));
  const ofTask = spec.tresPerTask?.find(({ kind }) => kind === "cpu")?.count;
  // Slurm wants room for as many on a node, also where there are fewer tasks.
  const perNode = share ? 1 : (spec.ntasksPerNode ?? 1);
  return { count, perNode, cpusPerTask: Math.max(spec.cpusPerTask ?? 1, ofTask ?? 1), nodes, mostNodes: Math.max(nodes, spec.nodes === undefined ? count : mostNodes(spec.nodes)) };
}

/** What makes them many: where each task has one CPU, the number of tasks. */
function findCpusField({ cpusPerTask = 1, minCpusPerNode, ntasks, ntasksPerNode, tresPerTask }: JobSpec, cpusPerNode: number): JobDemand["cpusField"] {
  if (minCpusPerNode === cpusPerNode) return "minCpusPerNode";
  if (cpusPerTask > 1) return "cpusPerTask";
  if (tresPerTask?.some(({ kind }) => kind === "cpu") === true) return "tresPerTask";
  return ntasksPerNode === undefined || (ntasks !== undefined && ntasksPerNode < cpusPerNode) ? "ntasks" : "ntasksPerNode";
}

const mostNodes = (nodes: NodeCount): number => (typeof nodes === "number" ? nodes : isNodeList(nodes) ? Math.max(...nodes) : nodes.max);

const asGpus = (requests: readonly { readonly type?: string | undefined; readonly count: number }[] = [], times = 1): readonly Gres[] => requests.map(({ type, count }) => ({ name: "gpu", type, count: count * times }));

/** Each node has a task at least, whose resources are on one node. */
const readGresPerNode = (spec: JobSpec): readonly Gres[] =>
  addGres([...readGresOfTask(spec, 1), ...asGpus(spec.gpusPerNode), ...asGpus(spec.gpusPerSocket, spec.socketsPerNode), ...(spec.gres ?? []).map(({ name, type, count }) => ({ name, type, count }))]);

/** What tasks get, and what is asked for over all nodes. */
const readGresOfTasks = (spec: JobSpec, tasks: number): readonly Gres[] => [
  ...asGpus(spec.gpus),
  // Beside these, the GPUs of a task say how many tasks there are.
  ...(spec.gpus === undefined ? readGresOfTask(spec, tasks) : []),
];

const readGresOfTask = ({ gpusPerTask, tresPerTask = [] }: JobSpec, tasks: number): readonly Gres[] => [
  ...asGpus(gpusPerTask, tasks),
  ...tresPerTask.flatMap((each) => (each.kind === "gres" ? [{ name: each.name, type: each.type, count: each.count * tasks }] : [])),
];

/** The same asked for in two ways is asked for once: the larger of both. */
function addGres(all: readonly Gres[]): readonly Gres[] {
  const most = new Map<string, Gres>();
  for (const each of all) {
    const key = `${each.name}:${each.type ?? ""}`;
    if (each.count > (most.get(key)?.count ?? 0)) most.set(key, each);
  }
  return [...most.values()];
}

interface MemoryFactors {
  readonly cpus: number;
  readonly cpusPerNode: number;
  readonly nodes: number;
  readonly gpus: number;
  readonly gpusPerNode: number;
}

/** All memory of a node is as much as there is. */
function readMemory({ memory, memoryPerCpu, memoryPerGpu }: JobSpec, { cpus, cpusPerNode, nodes, gpus, gpusPerNode }: MemoryFactors): { readonly perNode: number; readonly total: number } | undefined {
  if (memory !== undefined) return memory === "all" ? undefined : { perNode: memory.bytes, total: memory.bytes * nodes };
  if (memoryPerCpu !== undefined) return { perNode: memoryPerCpu.bytes * cpusPerNode, total: memoryPerCpu.bytes * cpus };
  return memoryPerGpu === undefined ? undefined : { perNode: memoryPerGpu.bytes * gpusPerNode, total: memoryPerGpu.bytes * gpus };
}

/** Slurm counts those of a type twice: by their name, and by name and type. */
function countTres(all: readonly Gres[]): Tres {
  const counts: Record<string, number> = {};
  for (const { name, type, count } of all) {
    for (const key of type === undefined ? [`gres/${name}`] : [`gres/${name}`, `gres/${name}:${type}`]) counts[key] = (counts[key] ?? 0) + count;
  }
  return counts;
}
