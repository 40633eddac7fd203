import type { JobStateName } from "../state/job-state.js";
import { isFinal } from "../state/job-state.js";
import { mostAtOnce } from "./at-once.js";
import { newestRuns, type Run } from "./newest-runs.js";
import { highest, part, sum, sumIfKnown, type Figure } from "./sums.js";
import type { LiveRow, StepFigures, UsageRow } from "./usage-row.js";
import { wholeUsage } from "./whole-usage.js";

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

/** What was asked for; of several parts for each of them, and undefined where they asked for different things. */
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
  /** How long it has run; without the times for which it was suspended. */
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
  /** By all steps of which it is known. */
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
  /** Of its nodes while it had them, where an energy plugin measures it: what others did there at the same time counts, too. */
  readonly energyJoules: number | undefined;
  /** Of the step with the most, all its tasks together. */
  readonly gpuMemoryBytes: number | undefined;
  /** Of the step with the most, the mean of its tasks. */
  readonly gpuUtilizationPercent: number | undefined;
  readonly requested: RequestedResources;
  readonly steps: readonly StepUsage[];
}

/**
 * What a job used, and what it had asked for; of a job that was queued again, its newest run. Of a whole array or a whole heterogeneous job each
 * part by itself, and of all of them:
 *
 * | figure | of the whole |
 * |---|---|
 * | `state` | RUNNING if a part runs; else that of a part that has not ended; else of one that did not complete |
 * | `restarts` | of the part that was queued again most often |
 * | `elapsedSeconds` | from the start of the first part to the end of the last, so far; the times between them count |
 * | CPU times, used and allocated memory | the sum of all parts that have begun, whenever they ran; undefined if it is not known of one |
 * | efficiencies | the one of these sums over the other: how much of all that the parts were given was used |
 * | `peakMemoryBytes` | of the part with the most: still that of one process |
 * | bytes read and written, energy | the sum of the parts of which it is known |
 * | what GPUs did | of the part with the most |
 * | `requested` | what each part asked for, where all asked for the same |
 * | `steps` | none: each part has its own |
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
  return { ...wholeUsage(runs), ...(tasks.length > 0 ? { tasks: tasks.sort((one, other) => one.task - other.task) } : { components }) };
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
    energyJoules: (isFinal(row.state.base) ? row.energyJoules : undefined) ?? energyOf(all),
    gpuMemoryBytes: highest(all.map((step) => step.gpuMemoryBytes)),
    gpuUtilizationPercent: highest(all.map((step) => step.gpuUtilizationPercent)),
    requested: { timeLimitSeconds: row.timeLimitSeconds, memory: row.requestedMemory, cpus: row.requestedCpus, nodes: row.requestedNodes },
    steps: all,
  };
}

/**
 * As the controller sums up a job: by `extern`, which has all of it, where there is one.
 * @see Slurm 22.05 to 24.11, `_internal_step_complete` in src/slurmctld/step_mgr.c, later src/stepmgr/stepmgr.c
 */
function energyOf(steps: readonly StepUsage[]): Figure {
  const extern = steps.find(({ step }) => step === "extern");
  return extern === undefined ? sum(steps.map(({ energyJoules }) => energyJoules)) : extern.energyJoules;
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
