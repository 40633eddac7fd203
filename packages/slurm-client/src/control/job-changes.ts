import { formatSlurmTime, type MemorySize } from "@hpckit/core";
import { formatDependency } from "../spec/dependency.js";
import { formatGpuFrequency } from "../spec/frequency.js";
import { formatGres, type GpuRequest, type GresRequest } from "../spec/generic-resources.js";
import { formatMoment } from "../spec/moment.js";
import { formatSwitches } from "../spec/switches.js";
import type { CheckedUpdate } from "./job-update.js";

/** One word of `scontrol update`. */
export interface JobChange {
  readonly name: string;
  readonly value: string;
}

type ChangedField = Exclude<keyof CheckedUpdate, "extraChanges">;

/** How scontrol names a field and writes its value; and, where that is not an empty text, what takes it away. */
type ChangeRow<Value> = readonly [name: string, write: (value: Value) => string, nothing?: string];

/** Megabytes, which is what scontrol reads: it knows units from 24.11 on only. */
const megabytes = (size: MemorySize): string => String(Math.ceil(size.bytes / 1024 ** 2));
const list = (items: readonly string[]): string => items.join(",");
/** 22.05 takes `gres/gpu` and `gpu` without a word, and changes nothing; this all versions know. */
const gres = (requests: readonly GresRequest[]): string => list(requests.map((request) => `gres:${formatGres([request])}`));
const gpus = (requests: readonly GpuRequest[]): string => gres(requests.map((request) => ({ name: "gpu", ...request })));

const rows: { readonly [Key in ChangedField]-?: ChangeRow<NonNullable<CheckedUpdate[Key]>> } = {
  time: ["TimeLimit", formatSlurmTime],
  timeMin: ["TimeMin", formatSlurmTime],
  partition: ["Partition", String],
  qos: ["QOS", String],
  account: ["Account", String],
  reservation: ["ReservationName", String],
  nice: ["Nice", String],
  priority: ["Priority", String],
  nodes: ["NumNodes", (value) => (typeof value === "object" ? `${value.min}-${value.max}` : String(value))],
  cpusPerTask: ["CPUsPerTask", String],
  cpusPerGpu: ["CpusPerTres", (value) => `gres:gpu:${value}`],
  minCpusPerNode: ["MinCPUsNode", String],
  ntasks: ["NumTasks", String],
  memory: ["MinMemoryNode", megabytes],
  memoryPerCpu: ["MinMemoryCPU", megabytes],
  memoryPerGpu: ["MemPerTres", (value) => `gres:gpu:${megabytes(value)}`],
  temporaryDisk: ["MinTmpDiskNode", megabytes],
  socketsPerNode: ["ReqSockets", String],
  coresPerSocket: ["ReqCores", String],
  threadsPerCore: ["ReqThreads", String],
  gpus: ["TresPerJob", gpus],
  gpusPerNode: ["TresPerNode", gpus],
  gpusPerTask: ["TresPerTask", gpus],
  gres: ["TresPerNode", gres],
  gpuFrequency: ["TresFreq", (value) => `gpu:${formatGpuFrequency(value)}`],
  dependency: ["Dependency", (value) => formatDependency(value) ?? ""],
  begin: ["StartTime", formatMoment],
  delayBoot: ["DelayBoot", formatSlurmTime],
  constraint: ["Features", String],
  prefer: ["Prefer", String],
  switches: ["Switches", formatSwitches, "0"],
  licenses: ["Licenses", list],
  nodelist: ["ReqNodeList", String],
  exclude: ["ExcNodeList", String],
  name: ["JobName", String],
  comment: ["Comment", String],
  extra: ["Extra", String],
  wckey: ["WCKey", String],
  workFolder: ["WorkDir", String],
  requeue: ["Requeue", (value) => (value ? "1" : "0")],
  mailTypes: ["MailType", list, "NONE"],
  mailUser: ["MailUser", String],
  atOnce: ["ArrayTaskThrottle", String],
};

/** The words of an update that was checked. Pure. */
export function renderChanges({ extraChanges = {}, ...update }: CheckedUpdate): readonly JobChange[] {
  const changes = (Object.keys(rows) as ChangedField[]).flatMap((key) => {
    const value = update[key];
    if (value === undefined) return [];
    const [name, write, nothing = ""] = rows[key] as ChangeRow<unknown>;
    return [{ name, value: value === null ? nothing : write(value) }];
  });
  return [...changes, ...Object.entries(extraChanges).map(([name, value]) => ({ name, value }))];
}
