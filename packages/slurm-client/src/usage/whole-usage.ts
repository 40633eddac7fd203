import { isFinal, type JobStateName } from "../state/job-state.js";
import type { RequestedResources, RunUsage } from "./job-usage.js";
import { highest, part, sum, sumIfKnown, type Figure } from "./sums.js";
import type { UsageRow } from "./usage-row.js";

/** A task of an array, or a component of a heterogeneous job. */
interface UsedPart {
  /** Its allocation. */
  readonly row: UsageRow;
  readonly usage: RunUsage;
}

type FigureName = { [Key in keyof RunUsage]: RunUsage[Key] extends Figure ? Key : never }[keyof RunUsage];

/** What all parts used together: each figure as {@link JobUsage} says. Pure. */
export function wholeUsage(parts: readonly UsedPart[]): RunUsage {
  const usages = parts.map(({ usage }) => usage);
  const begun = parts.filter(hasBegun);
  const of = (figure: FigureName): readonly Figure[] => usages.map((usage) => usage[figure]);
  // What is used and what is allocated are of the same parts: all that have begun.
  const all = (figure: FigureName): Figure => sumIfKnown(begun.map(({ usage }) => usage[figure]));
  const [cpuSeconds, allocatedCpuSeconds, usedMemoryBytes, allocatedMemoryBytes] = [all("cpuSeconds"), all("allocatedCpuSeconds"), all("usedMemoryBytes"), all("allocatedMemoryBytes")];
  return {
    state: stateOf(usages.map(({ state }) => state)),
    restarts: highest(of("restarts")) ?? 0,
    elapsedSeconds: begun.length === 0 ? highest(of("elapsedSeconds")) : fromFirstToLast(begun),
    cpuSeconds,
    allocatedCpuSeconds,
    cpuEfficiency: part(cpuSeconds, allocatedCpuSeconds),
    peakMemoryBytes: highest(of("peakMemoryBytes")),
    usedMemoryBytes,
    allocatedMemoryBytes,
    memoryEfficiency: part(usedMemoryBytes, allocatedMemoryBytes),
    readBytes: sum(of("readBytes")),
    writtenBytes: sum(of("writtenBytes")),
    energyJoules: sum(of("energyJoules")),
    gpuMemoryBytes: highest(of("gpuMemoryBytes")),
    gpuUtilizationPercent: highest(of("gpuUtilizationPercent")),
    requested: inCommon(usages.map(({ requested }) => requested)),
    steps: [],
  };
}

/** One that ended within a second has no time, but had CPUs; one that was cancelled before it began has neither. */
const hasBegun = ({ row: { elapsedSeconds = 0, allocatedCpus } }: UsedPart): boolean => elapsedSeconds > 0 || allocatedCpus !== undefined;

const stateOf = (states: readonly JobStateName[]): JobStateName =>
  states.find((state) => state === "RUNNING") ?? states.find((state) => !isFinal(state)) ?? states.find((state) => state !== "COMPLETED") ?? "COMPLETED";

function fromFirstToLast(begun: readonly UsedPart[]): Figure {
  let [first, last] = [Infinity, -Infinity];
  for (const { row: { startedAtSeconds: from, endedAtSeconds, elapsedSeconds } } of begun) {
    const to = endedAtSeconds ?? sumIfKnown([from, elapsedSeconds]);
    if (from === undefined || to === undefined) return undefined;
    [first, last] = [Math.min(first, from), Math.max(last, to)];
  }
  return last - first;
}

/** Of each part the same, or nothing. */
function inCommon(all: readonly RequestedResources[]): RequestedResources {
  const one = <Value>(values: readonly Value[]): Value | undefined => (values.every((value) => value === values[0]) ? values[0] : undefined);
  return {
    timeLimitSeconds: one(all.map(({ timeLimitSeconds }) => timeLimitSeconds)),
    memory: one(all.map(({ memory }) => memory)),
    cpus: one(all.map(({ cpus }) => cpus)),
    nodes: one(all.map(({ nodes }) => nodes)),
  };
}
