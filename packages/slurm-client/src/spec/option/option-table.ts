import { formatSlurmMemory, formatSlurmTime, type MemorySize } from "@hpckit/core";
import { formatArray } from "../array-tasks.js";
import { formatGpuBinding, formatMemoryBinding, formatTresBinding } from "../binding.js";
import { formatDependency } from "../dependency.js";
import { formatDistribution } from "../distribution.js";
import type { ResourceLimit, SamplingIntervals } from "../fields/run-fields.js";
import { formatCpuFrequency, formatGpuFrequency } from "../frequency.js";
import { formatGpus, formatGres } from "../generic-resources.js";
import type { JobSpec } from "../job-spec.js";
import { formatLicenses, isChoice } from "../licenses.js";
import { formatMemoryUpdate, formatNodeMemory } from "../memory.js";
import { formatMoment } from "../moment.js";
import { formatNodeCount, isNodeList } from "../node-count.js";
import { formatSwitches } from "../switches.js";
import { formatTres } from "../trackable-resources.js";
import { formatWarningSignal } from "../warning-signal.js";
import { flagOption, option, type SbatchOption } from "./sbatch-option.js";

/** The fields that become options: all but what the script is made of, and what is made of fields itself. */
export type OptionFields = Omit<JobSpec, "launch" | "components" | "extraArguments">;

/** A row for each field: without one it does not compile. */
export type OptionTable = { readonly [Key in keyof OptionFields]-?: SbatchOption<NonNullable<OptionFields[Key]>> };

const memory = { write: formatSlurmMemory } satisfies { write: (size: MemorySize) => string };
const yesNo = (value: boolean): string => (value ? "yes" : "no");
const oneZero = (value: boolean): string => (value ? "1" : "0");
const list = (values: readonly string[]): string => values.join(",");
const limits = (value: "all" | "none" | readonly ResourceLimit[]): string => (typeof value === "string" ? value.toUpperCase() : list(value));

const intervals = ({ taskSeconds, energySeconds, networkSeconds, filesystemSeconds }: SamplingIntervals): string =>
  Object.entries({ task: taskSeconds, energy: energySeconds, network: networkSeconds, filesystem: filesystemSeconds })
    .flatMap(([kind, seconds]) => (seconds === undefined ? [] : [`${kind}=${seconds}`]))
    .join(",");

/**
 * How each field is said to sbatch, in the order in which it is said, and since (until) which release of Slurm.
 * @see sbatch(1) of 22.05 to 26.05
 */
export const optionTable: OptionTable = {
  name: option("job-name"),
  comment: option("comment"),
  extra: option("extra", { since: "23.02" }),
  wckey: option("wckey"),
  mcsLabel: option("mcs-label"),

  account: option("account"),
  partition: option("partition"),
  qos: option("qos", { younger: (qos: string) => (qos.includes(",") ? { what: "more than one QOS", since: "24.11" } : undefined) }),
  reservation: option("reservation"),

  time: option("time", { write: formatSlurmTime }),
  timeMin: option("time-min", { write: formatSlurmTime }),

  nodes: option("nodes", { write: formatNodeCount, younger: (nodes) => (isNodeList(nodes) ? { what: "a list of numbers of nodes", since: "23.02" } : undefined) }),
  useMinNodes: flagOption("use-min-nodes"),
  ntasks: option("ntasks"),
  ntasksPerNode: option("ntasks-per-node"),
  ntasksPerSocket: option("ntasks-per-socket"),
  ntasksPerCore: option("ntasks-per-core"),
  ntasksPerGpu: option("ntasks-per-gpu"),
  cpusPerTask: option("cpus-per-task"),
  cpusPerGpu: option("cpus-per-gpu"),
  minCpusPerNode: option("mincpus"),
  overcommit: flagOption("overcommit"),
  tresPerTask: option("tres-per-task", { write: formatTres, since: "23.02" }),

  socketsPerNode: option("sockets-per-node"),
  coresPerSocket: option("cores-per-socket"),
  threadsPerCore: option("threads-per-core"),
  specializedCores: option("core-spec"),
  specializedThreads: option("thread-spec"),
  hint: option("hint"),
  distribution: option("distribution", { write: formatDistribution }),
  cpuFrequency: option("cpu-freq", { write: formatCpuFrequency }),

  memory: option("mem", { write: formatNodeMemory }),
  memoryPerCpu: option("mem-per-cpu", memory),
  memoryPerGpu: option("mem-per-gpu", memory),
  memoryBinding: option("mem-bind", { write: formatMemoryBinding }),
  memoryUpdate: option("mem-update", { write: formatMemoryUpdate, since: "26.05" }),
  temporaryDisk: option("tmp", memory),

  gpus: option("gpus", { write: formatGpus }),
  gpusPerNode: option("gpus-per-node", { write: formatGpus }),
  gpusPerTask: option("gpus-per-task", { write: formatGpus }),
  gpusPerSocket: option("gpus-per-socket", { write: formatGpus }),
  gpuBinding: option("gpu-bind", { write: formatGpuBinding }),
  gpuFrequency: option("gpu-freq", { write: formatGpuFrequency }),
  gres: option("gres", { write: formatGres }),
  gresFlags: option("gres-flags", { younger: (flags: string) => (flags.endsWith("sharing") ? { what: `"${flags}"`, since: "23.11" } : undefined) }),
  tresBinding: option("tres-bind", { write: formatTresBinding, since: "23.11" }),

  constraint: option("constraint"),
  prefer: option("prefer"),
  nodelist: option("nodelist"),
  nodeFile: option("nodefile"),
  exclude: option("exclude"),
  exclusive: {
    names: ["exclusive"],
    write: (value) => [value === true ? "--exclusive" : `--exclusive=${value}`],
    younger: (value) => (value === "topo" ? { what: '"topo"', since: "24.05" } : undefined),
  },
  oversubscribe: flagOption("oversubscribe"),
  contiguous: flagOption("contiguous"),
  spreadJob: flagOption("spread-job"),
  switches: option("switches", { write: formatSwitches }),
  segment: option("segment", { since: "24.05" }),
  consolidateSegments: flagOption("consolidate-segments", { since: "25.11" }),
  spreadSegments: flagOption("spread-segments", { since: "25.11" }),
  network: option("network"),

  licenses: option("licenses", { write: formatLicenses, younger: (licenses) => (isChoice(licenses) ? { what: "a choice of licences", since: "25.05" } : undefined) }),
  resources: option("resources", { write: list, since: "25.11" }),
  burstBuffer: option("bb"),
  burstBufferFile: option("bbf"),
  clusterConstraint: option("cluster-constraint"),
  batchConstraint: option("batch"),
  power: option("power", { until: "23.11" }),

  begin: option("begin", { write: formatMoment }),
  deadline: option("deadline", { write: formatMoment }),
  dependency: option("dependency", { write: formatDependency }),
  killOnInvalidDependency: option("kill-on-invalid-dep", { write: yesNo }),
  array: option("array", { write: formatArray }),
  hold: flagOption("hold"),
  nice: option("nice"),
  priority: option("priority", { write: (priority: number | "top") => String(priority).toUpperCase() }),
  warningSignal: option("signal", { write: formatWarningSignal }),
  requeue: {
    names: ["requeue", "no-requeue"],
    write: (value) => [value === "expedite" ? "--requeue=expedite" : value ? "--requeue" : "--no-requeue"],
    younger: (value) => (value === "expedite" ? { what: '"expedite"', since: "26.05" } : undefined),
  },
  delayBoot: option("delay-boot", { write: formatSlurmTime }),
  reboot: flagOption("reboot"),

  mailTypes: option("mail-type", { write: list }),
  mailUser: option("mail-user"),

  workFolder: option("chdir"),
  output: option("output"),
  error: option("error"),
  input: option("input"),
  openMode: option("open-mode"),

  noKill: flagOption("no-kill"),
  waitAllNodes: option("wait-all-nodes", { write: oneZero }),
  oomKillStep: option("oom-kill-step", { write: oneZero, since: "24.11" }),
  stepManager: flagOption("stepmgr", { since: "24.05" }),
  reservedPorts: option("resv-ports", { since: "24.05" }),
  propagateLimits: option("propagate", { write: limits }),
  container: option("container"),
  containerId: option("container-id", { since: "23.02" }),
  containerType: option("container-type", { since: "26.05" }),
  samplingIntervals: option("acctg-freq", { write: intervals }),
  profile: option("profile", { write: (profile: string | readonly string[]) => (typeof profile === "string" ? profile : list(profile)) }),
};

/** The rows, of values that are only known to be those of their field. */
export const optionRows = Object.entries(optionTable) as readonly (readonly [keyof OptionFields, SbatchOption<unknown>])[];
