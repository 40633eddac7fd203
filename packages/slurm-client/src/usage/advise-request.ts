import { mostAtOnce } from "./at-once.js";
import type { JobUsage, RunUsage, StepUsage } from "./job-usage.js";
import { highest, part } from "./sums.js";

/** A better request, with the reason for it. */
export interface RequestAdvice {
  readonly what: "memory" | "time" | "cpus";
  /** What to ask for: bytes on each node, seconds, CPUs; of an array for each task. */
  readonly suggested: number;
  /** What was asked for, in the same unit. */
  readonly asked: number;
  readonly reason: string;
}

/** Shorter runs were sampled too few times, and are too short to judge by. */
const shortestSeconds = 120;
/** Only savings of a fifth and more are worth another request. */
const worthwhile = 0.8;
const margins = { memory: 1.3, time: 1.5, cpus: 1.2 } as const;
const mebibyte = 1024 ** 2;

/**
 * Says what the next job of this kind should ask for instead; says nothing where the evidence is thin: of jobs that run or were
 * killed, short ones, those that were queued again, of whose earlier runs nothing is known, and what was not measured. Pure.
 *
 * One run is evidence of that run only; of an array the biggest of its tasks count, as all ask for the same. Components ask each for its own, so
 * of a whole heterogeneous job there is nothing to say: give it one of the `components`. Memory is sampled and CPU time leaves out killed
 * processes, hence the margins: 30 % for memory, 50 % for time, 20 % for CPUs.
 */
export function adviseRequest(usage: JobUsage): readonly RequestAdvice[] {
  if (usage.components !== undefined) return [];
  const runs: readonly RunUsage[] = usage.tasks ?? [usage];
  return [adviseMemory(runs), adviseTime(runs), adviseCpus(runs)].filter((advice) => advice !== undefined);
}

const lasted = ({ state, restarts, elapsedSeconds }: RunUsage): boolean => state === "COMPLETED" && restarts === 0 && (elapsedSeconds ?? 0) >= shortestSeconds;
/** A script may end well though a step of it was killed. */
const ranOutOfMemory = ({ state, steps }: RunUsage): boolean => [state, ...steps.map((step) => step.state)].includes("OUT_OF_MEMORY");

function nodesOf({ requested, steps }: RunUsage): number {
  return Math.max(requested.nodes ?? 1, ...steps.map(({ nodes }) => nodes ?? 1));
}

const isAlone = ({ ntasks = 1, nodes = 1 }: StepUsage): boolean => ntasks <= nodes;

/** On several nodes it is known only where each step had one task on a node: how more of them were spread is not accounted for. */
function memoryPerNode(run: RunUsage): number | undefined {
  if (nodesOf(run) === 1) return run.usedMemoryBytes;
  return run.steps.every(isAlone) ? mostAtOnce(run.steps, ({ peakTaskMemoryBytes }) => peakTaskMemoryBytes) : undefined;
}

function adviseMemory(runs: readonly RunUsage[]): RequestAdvice | undefined {
  // Tasks that wait have none yet.
  const asked = highest(runs.map((run) => part(run.allocatedMemoryBytes, nodesOf(run))));
  if (asked === undefined) return undefined;
  if (runs.some(ranOutOfMemory)) {
    return { what: "memory", asked, suggested: roundUp(asked * 2, 64 * mebibyte), reason: "it ran out of memory; how much it would have needed is not known, so try twice as much" };
  }
  const used = runs.map(memoryPerNode);
  if (!runs.every(lasted) || used.some((bytes) => bytes === undefined)) return undefined;
  const most = highest(used) ?? 0;
  const suggested = roundUp(most * margins.memory, 64 * mebibyte);
  if (suggested > asked * worthwhile) return undefined;
  return { what: "memory", asked, suggested, reason: `at most ${megabytes(most)} of ${megabytes(asked)} on a node were seen in use; memory is sampled, so 30 % are added` };
}

function adviseTime(runs: readonly RunUsage[]): RequestAdvice | undefined {
  const asked = highest(runs.map(({ requested }) => requested.timeLimitSeconds));
  if (asked === undefined) return undefined;
  if (runs.some(({ state }) => state === "TIMEOUT")) {
    return { what: "time", asked, suggested: asked * 2, reason: "it ran out of time; how long it would have needed is not known, so try twice as long" };
  }
  if (!runs.every(lasted)) return undefined;
  const longest = highest(runs.map(({ elapsedSeconds }) => elapsedSeconds)) ?? 0;
  const suggested = roundUp(longest * margins.time, 300);
  if (suggested > asked * worthwhile) return undefined;
  return { what: "time", asked, suggested, reason: `the longest took ${Math.ceil(longest / 60)} minutes; with half as much again a shorter job may start earlier, in gaps between others` };
}

/** Of jobs on one node: with more, what one CPU less would mean depends on how tasks are laid out. */
function adviseCpus(runs: readonly RunUsage[]): RequestAdvice | undefined {
  const asked = highest(runs.map(({ requested }) => requested.cpus)) ?? 1;
  if (asked < 2 || !runs.every((run) => lasted(run) && nodesOf(run) === 1)) return undefined;
  const busy = runs.map(({ cpuSeconds, elapsedSeconds }) => part(cpuSeconds, elapsedSeconds));
  const busiest = highest(busy);
  if (busiest === undefined || busy.includes(undefined)) return undefined;
  // Tasks that were to run side by side would wait for each other on less.
  const sideBySide = highest(runs.map(({ steps }) => mostAtOnce(steps.filter(({ step }) => /^\d+$/.test(step)), ({ ntasks }) => ntasks))) ?? 1;
  const suggested = Math.max(sideBySide, Math.ceil(busiest * margins.cpus));
  if (suggested > asked * worthwhile) return undefined;
  return { what: "cpus", asked, suggested, reason: `on average ${busiest.toFixed(1)} of ${asked} CPUs were busy` };
}

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;
const megabytes = (bytes: number): string => `${Math.ceil(bytes / mebibyte)} MiB`;
