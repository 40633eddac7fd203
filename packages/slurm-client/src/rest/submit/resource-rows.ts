import { formatGpus, formatGres, type GpuRequest } from "../../spec/generic-resources.js";
import type { PlacedJobSpec } from "../../submit/sbatch-arguments.js";
import { formatTres } from "../../spec/trackable-resources.js";
import { isNodeList } from "../../spec/node-count.js";
import { asSbatch } from "./as-sbatch.js";
import type { DescriptionRows } from "./description-table.js";
import { both, same, say, undocumented, wrapped, type JobVariables, type VersionedWords } from "./job-words.js";

const megabytes = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);
/** `gres/gpu:a100:2,gres/gpu:h100:1` */
const asTres = (resources: string): string => resources.split(",").map((resource) => `gres/${resource}`).join(",");
const gpus = (requests: readonly GpuRequest[]): string => formatGres(requests.map((request) => ({ name: "gpu", ...request })));
const shared = (how: "none" | "oversubscribe" | "user" | "mcs" | "topo"): { shared: ("none" | "oversubscribe" | "user" | "mcs" | "topo")[] } => ({ shared: [how] });

function perNode({ gpusPerNode, gres = [] }: PlacedJobSpec): VersionedWords {
  const all = [...(gpusPerNode === undefined ? [] : [gpus(gpusPerNode)]), ...(gres.length === 0 ? [] : [formatGres(gres)])].join(",");
  return say({ old: { gres: all }, later: { tres_per_node: asTres(all) } }, gpusPerNode && { SLURM_GPUS_PER_NODE: formatGpus(gpusPerNode) });
}

const countedTasks = (tasks: number): JobVariables => ({ SLURM_NTASKS: String(tasks), SLURM_NPROCS: String(tasks) });

/** Later versions have one text of all that a task gets, and of GPUs alone sbatch makes a binding. */
function perTask({ cpusPerTask, gpusPerTask, gpuBinding, tresBinding }: PlacedJobSpec): VersionedWords {
  const cpus = cpusPerTask === undefined ? {} : { cpus_per_task: cpusPerTask };
  const cpuVariables = cpusPerTask === undefined ? {} : { SLURM_CPUS_PER_TASK: String(cpusPerTask) };
  const old = {
    description: { ...cpus, ...(gpusPerTask && { gpus_per_task: formatGpus(gpusPerTask) }) },
    variables: { ...cpuVariables, ...(gpusPerTask && { SLURM_GPUS_PER_TASK: formatGpus(gpusPerTask) }) },
  };
  const [gpu, ...others] = gpusPerTask ?? [];
  if (others.length > 0 || (gpu !== undefined && (gpuBinding ?? tresBinding) !== undefined)) return { old, later: undefined };
  const tres = [...(cpusPerTask === undefined ? [] : [`cpu=${cpusPerTask}`]), ...(gpu === undefined ? [] : [formatTres([{ kind: "gres", name: "gpu", ...gpu }])])].join(",");
  const binding = gpu && `gres/gpu:per_task:${gpu.count}`;
  return {
    old,
    later: {
      description: { ...cpus, tres_per_task: tres, ...(binding && { tres_bind: binding }) },
      variables: { ...cpuVariables, SLURM_TRES_PER_TASK: tres, ...(binding && { SLURM_TRES_BIND: binding }) },
    },
  };
}

type ResourceField =
  | "nodes" | "useMinNodes" | "ntasks" | "ntasksPerNode" | "ntasksPerSocket" | "ntasksPerCore" | "ntasksPerGpu" | "cpusPerTask" | "cpusPerGpu" | "minCpusPerNode" | "overcommit" | "tresPerTask"
  | "socketsPerNode" | "coresPerSocket" | "threadsPerCore" | "specializedCores" | "specializedThreads" | "hint" | "distribution" | "cpuFrequency"
  | "memory" | "memoryPerCpu" | "memoryPerGpu" | "memoryBinding" | "memoryUpdate" | "temporaryDisk"
  | "gpus" | "gpusPerNode" | "gpusPerTask" | "gpusPerSocket" | "gpuBinding" | "gpuFrequency" | "gres" | "gresFlags" | "tresBinding"
  | "constraint" | "prefer" | "nodelist" | "nodeFile" | "exclude" | "exclusive" | "oversubscribe" | "contiguous" | "spreadJob" | "switches" | "segment" | "consolidateSegments" | "spreadSegments" | "network";

/** What a job gets: tasks, processors, memory, GPUs, nodes. */
export const resourceRows: DescriptionRows<ResourceField> = {
  nodes: (nodes, { ntasks, ntasksPerNode, cpusPerTask = 1 }) => {
    if (isNodeList(nodes)) return say({ later: { nodes: asSbatch("nodes", nodes) } });
    const { min, max } = typeof nodes === "number" ? { min: nodes, max: nodes } : nodes;
    // 22.05 reads a text as sbatch does, and ignores a list, which is what its specification says. Its sbatch counts a task for each of so many nodes.
    const taskEach = min === max && min > 1 && ntasks === undefined && ntasksPerNode === undefined ? { tasks: min } : {};
    return say({ old: undocumented({ nodes: `${min}-${max}`, ...taskEach }), later: { minimum_nodes: min, maximum_nodes: max, ...(min < max && ntasks === undefined && { minimum_cpus: cpusPerTask }) } });
  },
  useMinNodes: () => say({ later: { flags: ["PREFER_MINIMUM_NODE_COUNT"] } }),
  ntasks: (tasks) => both({ tasks }, countedTasks(tasks)),
  ntasksPerNode: (tasks, { nodes, ntasks }) => {
    const variables = { SLURM_NTASKS_PER_NODE: String(tasks) };
    // 22.05's sbatch counts them together.
    const inAll = typeof nodes === "number" && ntasks === undefined ? countedTasks(nodes * tasks) : {};
    return { old: { description: { tasks_per_node: tasks }, variables: { ...variables, ...inAll } }, later: { description: { tasks_per_node: tasks }, variables } };
  },
  ntasksPerSocket: (tasks) => both({ tasks_per_socket: tasks }, { SLURM_NTASKS_PER_SOCKET: String(tasks) }),
  ntasksPerCore: (tasks) => both({ tasks_per_core: tasks }, { SLURM_NTASKS_PER_CORE: String(tasks) }),
  ntasksPerGpu: (tasks) => say({ later: { ntasks_per_tres: tasks } }, { SLURM_NTASKS_PER_GPU: String(tasks) }),
  cpusPerTask: (_, spec) => perTask(spec),
  cpusPerGpu: (cpus) => say({ old: { cpus_per_gpu: String(cpus) }, later: { cpus_per_tres: `gres/gpu:${cpus}` } }, { SLURM_CPUS_PER_GPU: String(cpus) }),
  minCpusPerNode: same("minimum_cpus_per_node"),
  overcommit: () => say({ later: { overcommit: true } }),
  // sbatch makes CPUs and bindings of it.
  tresPerTask: "command-line",

  socketsPerNode: same("sockets_per_node"),
  coresPerSocket: "command-line",
  threadsPerCore: (threads) => both({ threads_per_core: threads }, { SLURM_THREADS_PER_CORE: String(threads) }),
  specializedCores: same("core_specification"),
  specializedThreads: same("thread_specification"),
  hint: "command-line",
  distribution: (distribution) => {
    const text = asSbatch("distribution", distribution);
    // Of its own list of nodes sbatch makes the number of tasks.
    if ("nodes" in distribution && distribution.nodes === "arbitrary") return say({});
    // From 24.11 on slurmrestd sets the variables itself.
    const variables = "planeSize" in distribution ? { SLURM_DISTRIBUTION: "plane", SLURM_DIST_PLANESIZE: String(distribution.planeSize) } : { SLURM_DISTRIBUTION: text.replace(/,.*/, (flag) => flag.toLowerCase()) };
    return { old: { description: { distribution: text }, variables }, later: { description: { distribution: text } } };
  },
  cpuFrequency: (frequency) => {
    const text = asSbatch("cpuFrequency", frequency);
    return { old: { description: { cpu_frequency: text }, variables: { SLURM_CPU_FREQ_REQ: text } }, later: { description: { cpu_frequency: text } } };
  },

  memory: (memory) => {
    const amount = memory === "all" ? 0 : megabytes(memory.bytes);
    return say({ old: { memory_per_node: amount }, later: { memory_per_node: wrapped(amount) } });
  },
  memoryPerCpu: ({ bytes }) => say({ old: { memory_per_cpu: megabytes(bytes) }, later: { memory_per_cpu: wrapped(megabytes(bytes)) } }),
  memoryPerGpu: ({ bytes }) => say({ old: { memory_per_gpu: megabytes(bytes) }, later: { memory_per_tres: `gres/gpu:${megabytes(bytes)}` } }, { SLURM_MEM_PER_GPU: String(megabytes(bytes)) }),
  memoryBinding: "command-line",
  memoryUpdate: "command-line",
  temporaryDisk: ({ bytes }) => say({ later: { temporary_disk_per_node: megabytes(bytes) } }),

  gpus: (requests) => say({ old: { gpus: formatGpus(requests) }, later: { tres_per_job: asTres(gpus(requests)) } }, { SLURM_GPUS: formatGpus(requests) }),
  gpusPerNode: (_, spec) => perNode(spec),
  gpusPerTask: (_, spec) => perTask(spec),
  gpusPerSocket: (requests) => say({ old: { gpus_per_socket: formatGpus(requests) }, later: { tres_per_socket: asTres(gpus(requests)) } }, { SLURM_GPUS_PER_SOCKET: formatGpus(requests) }),
  gpuBinding: (binding) => ({
    old: { description: { gpu_binding: asSbatch("gpuBinding", binding) }, variables: { SLURM_GPU_BIND: asSbatch("gpuBinding", binding) } },
    later: { description: { tres_bind: `gres/gpu:${asSbatch("gpuBinding", binding)}` }, variables: { SLURM_TRES_BIND: `gres/gpu:${asSbatch("gpuBinding", binding)}` } },
  }),
  gpuFrequency: (frequency) => say({ old: { gpu_frequency: asSbatch("gpuFrequency", frequency) }, later: { tres_freq: `gpu:${asSbatch("gpuFrequency", frequency)}` } }, { SLURM_GPU_FREQ: asSbatch("gpuFrequency", frequency) }),
  gres: (_, spec) => perNode(spec),
  gresFlags: (flags) => {
    if (flags === "enforce-binding") return say({ old: { gres_flags: flags }, later: { flags: ["GRES_BINDING_ENFORCED"] } });
    return flags === "disable-binding" ? say({ old: { gres_flags: flags }, later: { flags: ["GRES_BINDING_DISABLED"] } }) : say({});
  },
  tresBinding: (binding) => say({ later: { tres_bind: asSbatch("tresBinding", binding) } }, { SLURM_TRES_BIND: asSbatch("tresBinding", binding) }),

  constraint: same("constraints"),
  prefer: same("prefer"),
  nodelist: (nodelist) => say({ later: { required_nodes: asSbatch("nodelist", nodelist).split(",") } }),
  // sbatch reads it on the login node.
  nodeFile: "command-line",
  exclude: (exclude) => say({ later: { excluded_nodes: asSbatch("exclude", exclude).split(",") } }),
  exclusive: (how) => say({ old: how === true || how === "topo" ? undefined : { exclusive: how }, later: shared(how === true ? "none" : how) }),
  oversubscribe: () => say({ old: { oversubscribe: true }, later: shared("oversubscribe") }),
  contiguous: () => say({ later: { contiguous: true } }),
  spreadJob: () => say({ old: { spread_job: true }, later: { flags: ["SPREAD_JOB"] } }),
  switches: ({ count, maxWait }) => say({ later: { required_switches: wrapped(count), ...(maxWait && { wait_for_switch: maxWait.seconds }) } }),
  segment: (size) => say({ later: { segment_size: wrapped(size) } }),
  consolidateSegments: "command-line",
  spreadSegments: "command-line",
  network: (network) => say({ later: { network } }),
};
