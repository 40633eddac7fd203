import { parseMemorySize } from "@hpckit/core";
import { accountingCommand, parseRows, readTimeLimit } from "../accounting/accounting-format.js";
import { readCount, readDuration, readEpoch } from "../cluster/slurm-values.js";
import { eachIndex } from "../queue/index-ranges.js";
import { parseJobId } from "../queue/parse-job-id.js";
import { parseState, type JobState } from "../state/job-state.js";

/** What one step used. Undefined where Slurm does not say (yet), or does not account for it. */
export interface StepFigures {
  /** User and system time of all its tasks. Of processes that were killed, and of live steps' children, Slurm misses a part. */
  readonly cpuSeconds: number | undefined;
  /** Processes that srun started; 1 for the batch script. */
  readonly ntasks: number | undefined;
  /** The highest resident memory that one of its tasks had. Sampled: short peaks are missed. */
  readonly peakTaskMemoryBytes: number | undefined;
  readonly peakTaskNode: string | undefined;
  /** The peaks of all its tasks together: never less than what they had at one time, apart from what sampling missed. */
  readonly totalMemoryBytes: number | undefined;
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
  /** Where an energy plugin measures it. */
  readonly energyJoules: number | undefined;
  /** Where GPUs are accounted for (`AccountingStorageTRES=gres/gpumem,gres/gpuutil`). */
  readonly gpuMemoryBytes: number | undefined;
  /** The mean of its tasks. */
  readonly gpuUtilizationPercent: number | undefined;
}

/** A job, a task or component of it, or a step: a row of sacct, or (`live`) of sstat. */
export interface UsageRow extends StepFigures {
  /** The id of this task or component alone. */
  readonly ownId: string;
  readonly jobId: string;
  readonly tasks: readonly number[] | undefined;
  readonly component: number | undefined;
  /** `batch`, `extern`, `0`, …; undefined for the allocation. */
  readonly step: string | undefined;
  readonly state: JobState;
  readonly submittedAtSeconds: number | undefined;
  readonly startedAtSeconds: number | undefined;
  readonly endedAtSeconds: number | undefined;
  readonly elapsedSeconds: number | undefined;
  readonly allocatedCpuSeconds: number | undefined;
  readonly nodes: number | undefined;
  readonly timeLimitSeconds: number | undefined;
  /** As it was asked for. */
  readonly requestedMemory: string | undefined;
  readonly requestedCpus: number | undefined;
  readonly requestedNodes: number | undefined;
  readonly allocatedMemoryBytes: number | undefined;
  readonly allocatedCpus: number | undefined;
}

/** A step that runs, by the own id of its job. */
export interface LiveRow extends StepFigures {
  readonly ownId: string;
  readonly step: string;
}

/** @see sacct(1), Job Accounting Fields; all known to 22.05 */
const columns = [
  "JobID", "JobIDRaw", "State", "Submit", "ElapsedRaw", "TotalCPU", "CPUTimeRAW", "NNodes", "NTasks", "MaxRSS", "MaxRSSNode", "TimelimitRaw", "ReqMem", "ReqCPUS", "ReqNodes",
  "AllocTRES", "TRESUsageInTot", "TRESUsageOutTot", "ConsumedEnergyRaw", "Start", "End", "TRESUsageInAve",
] as const;
type Columns = Readonly<Record<(typeof columns)[number], string>>;

/** Each run of a job that was queued again is asked for: they follow each other. */
export const usageCommand = (ids: readonly string[]): readonly string[] => accountingCommand(columns, ids, ["--duplicates"]);

/** @see sstat(1). It has no choice of delimiter; no column that is read holds text of users. */
const liveColumns = ["JobID", "NTasks", "MaxRSS", "MaxRSSNode", "TRESUsageInTot", "TRESUsageOutTot", "ConsumedEnergyRaw", "TRESUsageInAve"] as const;

export const liveUsageCommand = (ids: readonly string[]): readonly string[] => [
  "sstat", "--noheader", "--parsable2", "--noconvert", "--allsteps", `--format=${liveColumns.join(",")}`, `--jobs=${ids.join(",")}`,
];

/** Reads jobs, tasks, components and their steps. @throws OutputUnreadableError */
export function parseUsageRows(stdout: string): readonly UsageRow[] {
  return parseRows(stdout, columns).map((row) => {
    const [, own = row.JobID, step] = /^(.*?)(?:\.(\w+))?$/.exec(row.JobID) ?? [];
    const { jobId, tasks, component } = parseJobId(own, "sacct");
    const allocated = readTres(row.AllocTRES);
    return {
      ...figures(row, readDuration(row.TotalCPU)),
      ownId: row.JobIDRaw.replace(/\..*$/, ""),
      jobId,
      tasks: tasks && [...eachIndex(tasks)],
      component,
      step,
      state: parseState(row.State),
      submittedAtSeconds: readEpoch(row.Submit),
      startedAtSeconds: readEpoch(row.Start),
      endedAtSeconds: readEpoch(row.End),
      elapsedSeconds: readCount(row.ElapsedRaw),
      allocatedCpuSeconds: readCount(row.CPUTimeRAW),
      nodes: readPositive(row.NNodes),
      timeLimitSeconds: readTimeLimit(row.TimelimitRaw),
      requestedMemory: row.ReqMem === "" ? undefined : row.ReqMem,
      requestedCpus: readPositive(row.ReqCPUS),
      requestedNodes: readPositive(row.ReqNodes),
      allocatedMemoryBytes: readMemory(allocated.get("mem") ?? ""),
      allocatedCpus: readPositive(allocated.get("cpu") ?? ""),
    };
  });
}

/** Reads steps that run; what is not a row (there may be none) is dropped, as sstat says so on stderr. */
export function parseLiveRows(stdout: string): readonly LiveRow[] {
  return stdout.split("\n").flatMap((line) => {
    const fields = line.split("|");
    const [, ownId, step] = /^(\d+)\.(\w+)$/.exec(fields[0] ?? "") ?? [];
    if (ownId === undefined || step === undefined || fields.length !== liveColumns.length) return [];
    const row = Object.fromEntries(liveColumns.map((column, index) => [column, fields[index] ?? ""])) as Record<(typeof liveColumns)[number], string>;
    return [{ ...figures(row, readDuration(readTres(row.TRESUsageInTot).get("cpu") ?? "")), ownId, step }];
  });
}

type Figured = Pick<Columns, "NTasks" | "MaxRSS" | "MaxRSSNode" | "TRESUsageInTot" | "TRESUsageOutTot" | "ConsumedEnergyRaw" | "TRESUsageInAve">;

function figures(row: Figured, cpuSeconds: number | undefined): StepFigures {
  const used = readTres(row.TRESUsageInTot);
  return {
    cpuSeconds,
    ntasks: readPositive(row.NTasks),
    peakTaskMemoryBytes: readMemory(row.MaxRSS),
    peakTaskNode: row.MaxRSSNode === "" ? undefined : row.MaxRSSNode,
    totalMemoryBytes: readMemory(used.get("mem") ?? ""),
    readBytes: readMemory(used.get("fs/disk") ?? ""),
    writtenBytes: readMemory(readTres(row.TRESUsageOutTot).get("fs/disk") ?? ""),
    // 0 is what Slurm writes where nothing measures: no run takes none.
    energyJoules: readPositive(row.ConsumedEnergyRaw),
    gpuMemoryBytes: readMemory(used.get("gres/gpumem") ?? ""),
    // A sum of percents says nothing.
    gpuUtilizationPercent: readCount(readTres(row.TRESUsageInAve).get("gres/gpuutil") ?? ""),
  };
}

/** `cpu=00:00:05,mem=64729088,gres/gpu=1`. */
const readTres = (text: string): ReadonlyMap<string, string> => new Map(text.split(",").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const));

/** With --noconvert bytes, or `1234K`; 0 stands for what was never sampled. */
function readMemory(text: string): number | undefined {
  if (!/^\d+(?:\.\d+)?[KMGTP]?$/.test(text)) return undefined;
  const bytes = /\d$/.test(text) ? Number(text) : parseMemorySize(text).bytes;
  return bytes === 0 ? undefined : bytes;
}

/** For a moment slurmdbd can know a job's end and not yet its start: what was requested is 0 then, which no job can ask for. */
const readPositive = (text: string): number | undefined => (text === "0" ? undefined : readCount(text));
