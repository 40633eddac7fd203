import { formatSlurmMemory, formatSlurmTime } from "@hpckit/core";
import { formatIndexList, type ArrayTasks } from "../spec/array-tasks.js";
import { formatDependency } from "../spec/dependency.js";
import type { JobSpec } from "../spec/job-spec.js";

/** A job spec whose places are settled. */
export interface PlacedJobSpec extends JobSpec {
  readonly workFolder: string;
  readonly output: string;
  /** The cluster that is meant, where it is not the login node's own. */
  readonly cluster?: string | undefined;
}

/**
 * The command that queues a job; its script comes on standard input. Each option is one word, so values need no quoting.
 * The order is that of the fields, whatever the order in the spec.
 * @see sbatch(1)
 */
export function renderSbatch(spec: PlacedJobSpec): readonly string[] {
  const options: Readonly<Record<string, string | number | undefined>> = {
    clusters: spec.cluster,
    "job-name": spec.name,
    comment: spec.comment,
    account: spec.account,
    partition: spec.partition,
    qos: spec.qos,
    reservation: spec.reservation,
    time: spec.time && formatSlurmTime(spec.time),
    nodes: typeof spec.nodes === "object" ? `${spec.nodes.min}-${spec.nodes.max}` : spec.nodes,
    ntasks: spec.ntasks,
    "ntasks-per-node": spec.ntasksPerNode,
    "cpus-per-task": spec.cpusPerTask,
    mem: spec.memory && formatSlurmMemory(spec.memory),
    "mem-per-cpu": spec.memoryPerCpu && formatSlurmMemory(spec.memoryPerCpu),
    gres: formatGres(spec),
    constraint: spec.constraint,
    licenses: spec.licenses?.join(","),
    dependency: spec.dependency && formatDependency(spec.dependency),
    array: spec.array && formatArray(spec.array),
    nice: spec.nice,
    chdir: spec.workFolder,
    output: spec.output,
    error: spec.error,
  };
  return [
    "sbatch",
    "--parsable",
    "--export=ALL",
    // Else lines that begin with #PBS count as options wherever they stand, also inside of a quoted text.
    "--ignore-pbs",
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...(spec.requeue === undefined ? [] : [spec.requeue ? "--requeue" : "--no-requeue"]),
    ...(spec.extraArguments ?? []),
  ];
}

function formatGres({ gpus, gres = [] }: JobSpec): string | undefined {
  const gpu = gpus === undefined ? [] : [typeof gpus === "number" ? `gpu:${gpus}` : `gpu:${gpus.type}:${gpus.count}`];
  const all = [...gpu, ...gres];
  return all.length === 0 ? undefined : all.join(",");
}

const formatArray = ({ tasks, atOnce }: ArrayTasks): string => formatIndexList(tasks) + (atOnce === undefined ? "" : `%${atOnce}`);
