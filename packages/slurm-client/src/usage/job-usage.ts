import type { JobStateName } from "../state/job-state.js";
import { isFinal } from "../state/job-state.js";
import { mostAtOnce } from "./at-once.js";
import { newestRuns, type Run } from "./newest-runs.js";
import type { LiveRow, StepFigures, UsageRow } from "./usage-row.js";

/** One step: the batch script (`batch`), what srun started (`0`, `1`, …), or the site's own (`extern`). */
export interface StepUsage extends StepFigures {
  readonly step: string;
  /** Seconds since the epoch. */
  readonly startedAtSeconds: number | undefined;
  readonly endedAtSeconds: number | undefined;
  readonly elapsedSeconds: number | undefined;
  readonly state: JobStateName;
  readonly nodes: number | undefined;
}

/** What was asked for. */
export interface RequestedResources {
  readonly timeLimitSeconds: number | undefined;
  /** As Slurm shows it. */
  readonly memory: string | undefined;
  readonly cpus: number | undefined;
  readonly nodes: number | undefined;
}

/** What a job, one task of an array or one component of a heterogeneous job used. Undefined where Slurm does not say (yet). */
export interface RunUsage {
  readonly state: JobStateName;
  /** How often it was queued again: the figures are those of its newest run alone. */
  readonly restarts: number;
  readonly elapsedSeconds: number | undefined;
  /** User and system time of all steps; of steps that run, what their live processes have used so far: undefined if that of one cannot be seen. */
  readonly cpuSeconds: number | undefined;
  /** Elapsed time × allocated CPUs: what could have been used. */
  readonly allocatedCpuSeconds: number | undefined;
  /** The part of it that was used, 0 to 1 (a little above where Slurm's two clocks differ). */
  readonly cpuEfficiency: number | undefined;
  /** The highest resident memory that one task of any step had. Sampled: short peaks are missed. */
  readonly peakMemoryBytes: number | undefined;
  /**
   * The most that its steps had which ran at the same time, all tasks together. Each step's peak counts for all of its time, so this is never
   * less than what was in use, apart from what sampling missed. Shared memory counts once for every process that maps it, unless the site has `UsePss` set.
   */
  readonly usedMemoryBytes: number | undefined;
  /** On all its nodes. */
  readonly allocatedMemoryBytes: number | undefined;
  /** The part of it that was used. */
  readonly memoryEfficiency: number | undefined;
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
  readonly energyJoules: number | undefined;
  readonly gpuMemoryBytes: number | undefined;
  readonly gpuUtilizationPercent: number | undefined;
  readonly requested: RequestedResources;
  readonly steps: readonly StepUsage[];
}

/**
 * What a job used, and what it had asked for. Of an array or a heterogeneous job: times, CPUs, input and output of all together,
 * memory and elapsed time of the most, and each by itself. Of a job that was queued again, its newest run.
 */
export interface JobUsage extends RunUsage {
  readonly tasks?: readonly (RunUsage & { readonly task: number })[] | undefined;
  readonly components?: readonly (RunUsage & { readonly component: number })[] | undefined;
}

/** Makes a usage of the rows of one job; undefined if there are none. Pure. */
export function buildUsage(rows: readonly UsageRow[], live: readonly LiveRow[]): JobUsage | undefined {
  const runs = newestRuns(rows).map((run) => ({ row: run.row, usage: runUsage(run, live) }));
  const [first] = runs;
  if (first === undefined) return undefined;
  const tasks = runs.flatMap(({ row, usage }) => row.tasks?.map((task) => ({ task, ...usage })) ?? []);
  const components = runs.flatMap(({ row, usage }) => (row.component === undefined ? [] : [{ component: row.component, ...usage }]));
  if (tasks.length === 0 && components.length === 0) return first.usage;
  const whole = summary(runs.map(({ usage }) => usage), first.usage);
  return { ...whole, ...(tasks.length > 0 ? { tasks: tasks.sort((one, other) => one.task - other.task) } : { components }) };
}

function runUsage({ row, steps: accounted, restarts }: Run, live: readonly LiveRow[]): RunUsage {
  const steps = accounted.map((step) => stepUsage(step, live));
  const running = live.filter(({ ownId, step }) => ownId === row.ownId && !steps.some((known) => known.step === step));
  const unseen = { startedAtSeconds: undefined, endedAtSeconds: undefined, elapsedSeconds: undefined, state: "RUNNING", nodes: undefined } as const;
  const all: readonly StepUsage[] = [...steps, ...running.map((step) => ({ ...step, ...unseen }))];
  // While steps run, the allocation's own sum has none of them.
  const cpuSeconds = isFinal(row.state.base) ? row.cpuSeconds : sumIfKnown(all.map((step) => step.cpuSeconds));
  const usedMemoryBytes = mostAtOnce(all, (step) => step.totalMemoryBytes ?? step.peakTaskMemoryBytes);
  return {
    state: row.state.base,
    restarts,
    elapsedSeconds: row.elapsedSeconds,
    cpuSeconds,
    allocatedCpuSeconds: row.allocatedCpuSeconds,
    cpuEfficiency: part(cpuSeconds, row.allocatedCpuSeconds),
    peakMemoryBytes: highest(all.map((step) => step.peakTaskMemoryBytes)),
    usedMemoryBytes,
    allocatedMemoryBytes: row.allocatedMemoryBytes,
    memoryEfficiency: part(usedMemoryBytes, row.allocatedMemoryBytes),
    readBytes: sum(all.map((step) => step.readBytes)),
    writtenBytes: sum(all.map((step) => step.writtenBytes)),
    energyJoules: row.energyJoules ?? sum(all.map((step) => step.energyJoules)),
    gpuMemoryBytes: highest(all.map((step) => step.gpuMemoryBytes)),
    gpuUtilizationPercent: highest(all.map((step) => step.gpuUtilizationPercent)),
    requested: { timeLimitSeconds: row.timeLimitSeconds, memory: row.requestedMemory, cpus: row.requestedCpus, nodes: row.requestedNodes },
    steps: all,
  };
}

/** Accounting has a step's figures once the step has ended; until then the nodes have them, for who may ask them. */
function stepUsage(row: UsageRow, live: readonly LiveRow[]): StepUsage {
  const hasEnded = isFinal(row.state.base);
  const figures = hasEnded ? row : live.find(({ ownId, step }) => ownId === row.ownId && step === row.step);
  return {
    step: row.step ?? "",
    state: row.state.base,
    startedAtSeconds: row.startedAtSeconds,
    endedAtSeconds: hasEnded ? row.endedAtSeconds : undefined,
    elapsedSeconds: row.elapsedSeconds,
    nodes: row.nodes,
    cpuSeconds: figures?.cpuSeconds,
    ntasks: figures?.ntasks ?? row.ntasks,
    peakTaskMemoryBytes: figures?.peakTaskMemoryBytes,
    peakTaskNode: figures?.peakTaskNode,
    totalMemoryBytes: figures?.totalMemoryBytes,
    readBytes: figures?.readBytes,
    writtenBytes: figures?.writtenBytes,
    energyJoules: figures?.energyJoules,
    gpuMemoryBytes: figures?.gpuMemoryBytes,
    gpuUtilizationPercent: figures?.gpuUtilizationPercent,
  };
}

function summary(runs: readonly RunUsage[], first: RunUsage): RunUsage {
  const of = (key: Exclude<keyof RunUsage, "state" | "restarts" | "requested" | "steps">): readonly (number | undefined)[] => runs.map((run) => run[key]);
  const states = runs.map(({ state }) => state);
  const [cpuSeconds, allocatedCpuSeconds] = [sumIfKnown(runs.filter(({ state }) => state !== "PENDING").map((run) => run.cpuSeconds)), sum(of("allocatedCpuSeconds"))];
  return {
    state: states.find((state) => !isFinal(state)) ?? states.find((state) => state !== "COMPLETED") ?? "COMPLETED",
    restarts: Math.max(...runs.map(({ restarts }) => restarts)),
    elapsedSeconds: highest(of("elapsedSeconds")),
    cpuSeconds,
    allocatedCpuSeconds,
    cpuEfficiency: part(cpuSeconds, allocatedCpuSeconds),
    peakMemoryBytes: highest(of("peakMemoryBytes")),
    usedMemoryBytes: highest(of("usedMemoryBytes")),
    allocatedMemoryBytes: highest(of("allocatedMemoryBytes")),
    memoryEfficiency: highest(of("memoryEfficiency")),
    readBytes: sum(of("readBytes")),
    writtenBytes: sum(of("writtenBytes")),
    energyJoules: sum(of("energyJoules")),
    gpuMemoryBytes: highest(of("gpuMemoryBytes")),
    gpuUtilizationPercent: highest(of("gpuUtilizationPercent")),
    requested: first.requested,
    steps: [],
  };
}

const known = (values: readonly (number | undefined)[]): readonly number[] => values.filter((value) => value !== undefined);
const highest = (values: readonly (number | undefined)[]): number | undefined => known(values).reduce<number | undefined>((most, value) => (most !== undefined && most >= value ? most : value), undefined);
const sum = (values: readonly (number | undefined)[]): number | undefined => known(values).reduce<number | undefined>((all, value) => (all ?? 0) + value, undefined);
/** Undefined as soon as one is not known: a part of a sum would pass for the whole. */
const sumIfKnown = (values: readonly (number | undefined)[]): number | undefined => (values.includes(undefined) ? undefined : sum(values));
const part = (used: number | undefined, of: number | undefined): number | undefined => (used === undefined || of === undefined || of === 0 ? undefined : used / of);
