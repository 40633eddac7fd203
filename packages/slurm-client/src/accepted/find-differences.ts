import { formatSlurmMemory, formatSlurmTime } from "@hpckit/core";
import { sameName } from "../check/checked-job.js";
import { readDemand } from "../check/job-demand.js";
import { readJobSpec } from "../spec/read-job-spec.js";
import { componentsOf, type JobSpec, type JobSpecInput } from "../spec/job-spec.js";
import { fewestNodes } from "../spec/node-count.js";
import type { AcceptedJob, AcceptedPart } from "./accepted-job.js";

/** One thing that Slurm made of a job that was not asked for. */
export interface AcceptedDifference {
  /** The field of the spec. */
  readonly field: string;
  /** Which component of a heterogeneous job, from 0. */
  readonly component?: number | undefined;
  /** As the spec has it: seconds for times, bytes for memory. */
  readonly asked: string | number;
  readonly given: string | number;
  readonly message: string;
}

/**
 * Compares what was asked for with what Slurm made of it; empty where nothing differs. Pure. What was not asked for, and what Slurm does
 * not say, is no difference; nor is that times are rounded up to whole minutes. Of a heterogeneous job each component is compared with what it
 * asked for; one that `accepted.components` lacks is not.
 * @throws OptionsError for a spec that is wrong in itself.
 * @example `const accepted = await job.accepted(); if (accepted) for (const { message } of findDifferences(spec, accepted)) console.warn(message);`
 */
export const findDifferences = (spec: JobSpecInput, accepted: AcceptedJob): readonly AcceptedDifference[] => compareAccepted(readJobSpec(spec), accepted);

/** As {@link findDifferences}, of a spec that was checked. */
export function compareAccepted(spec: JobSpec, accepted: AcceptedJob): readonly AcceptedDifference[] {
  if (spec.components === undefined) return comparePart(spec, accepted);
  const asked = componentsOf(spec);
  return (accepted.components ?? [{ ...accepted, component: 0 }]).flatMap(({ component, ...given }) => {
    const own = asked[component];
    return own === undefined ? [] : comparePart(own, given).map((difference) => ({ ...difference, component, message: `component ${component}: ${difference.message}` }));
  });
}

const comparePart = (spec: JobSpec, accepted: AcceptedPart): readonly AcceptedDifference[] => [...names(spec, accepted), ...times(spec, accepted), ...sizes(spec, accepted)];

const differs = (field: string, asked: string | number, given: string | number, show: (value: string | number) => string = String): AcceptedDifference => ({
  field,
  asked,
  given,
  message: `${field}: ${show(asked)} was asked for, Slurm made it ${show(given)}`,
});

function names(spec: JobSpec, accepted: AcceptedPart): readonly AcceptedDifference[] {
  const named = (["account", "qos", "reservation", "workFolder"] as const).flatMap((field) => {
    const [asked, given] = [spec[field], accepted[field] ?? "none"];
    // Of several Slurm takes one.
    return asked === undefined || asked.split(",").some((each) => sameName(each, given)) || sameName(asked, given) ? [] : [differs(field, asked, given)];
  });
  const partitions = spec.partition?.split(",");
  const moved = partitions !== undefined && !accepted.partition.split(",").every((each) => partitions.includes(each));
  return [...named, ...(moved ? [differs("partition", spec.partition ?? "", accepted.partition)] : [])];
}

function times({ time, timeMin }: JobSpec, { timeLimitSeconds: given }: AcceptedPart): readonly AcceptedDifference[] {
  if (time === undefined || given === undefined) return [];
  const whole = Math.ceil(time.seconds / 60) * 60;
  const least = timeMin === undefined ? whole : Math.ceil(timeMin.seconds / 60) * 60;
  return given >= least && given <= whole ? [] : [differs("time", time.seconds, given, (seconds) => formatSlurmTime({ seconds: Number(seconds) }))];
}

const mebibyte = 1024 ** 2;

function sizes(spec: JobSpec, { nodeCount, cpuCount, resources }: AcceptedPart): readonly AcceptedDifference[] {
  const { tres, mostNodes } = readDemand(spec);
  const found: AcceptedDifference[] = [];
  const fewest = spec.nodes === undefined ? undefined : Math.min(fewestNodes(spec.nodes), tres["node"] ?? Infinity);
  if (fewest !== undefined && nodeCount !== undefined && (nodeCount < fewest || nodeCount > mostNodes)) found.push(differs("nodes", fewest, nodeCount));
  const countsCpus = spec.ntasks !== undefined || spec.cpusPerTask !== undefined || spec.ntasksPerNode !== undefined;
  if (countsCpus && spec.exclusive === undefined && cpuCount !== undefined && cpuCount !== tres["cpu"]) found.push(differs(spec.cpusPerTask === undefined ? "ntasks" : "cpusPerTask", tres["cpu"] ?? 1, cpuCount));
  const memory = (["memory", "memoryPerCpu", "memoryPerGpu"] as const).find((field) => spec[field] !== undefined);
  const [askedMemory, givenMemory] = [tres["mem"], resources["mem"]];
  // Of more CPUs or nodes than were asked for there is more: that is their difference.
  if (memory !== undefined && askedMemory !== undefined && givenMemory !== undefined && Math.abs(givenMemory - askedMemory) >= 1 && found.length === 0) found.push(differs(memory, askedMemory * mebibyte, givenMemory * mebibyte, (bytes) => formatSlurmMemory({ bytes: Number(bytes) })));
  for (const [name, count] of Object.entries(tres)) {
    if (name.startsWith("gres/") && resources[name] !== undefined && resources[name] !== count) found.push(differs(name === "gres/gpu" ? "gpus" : name, count, resources[name]));
  }
  return found;
}
