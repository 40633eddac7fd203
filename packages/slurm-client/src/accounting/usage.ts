import { HpckitError, parseMemorySize, parseSlurmTime } from "@hpckit/core";
import { accountingCommand, parseRows, readSeconds } from "./accounting-format.js";

/** What a job used, and what it had asked for. Undefined where Slurm does not say (yet): accounting lags a few seconds. */
export interface JobUsage {
  readonly elapsedSeconds: number | undefined;
  /** User and system time of all tasks. */
  readonly cpuSeconds: number | undefined;
  /** Elapsed time × allocated CPUs: what could have been used. */
  readonly allocatedCpuSeconds: number | undefined;
  /** The highest resident memory that a task of any step had. Sampled: short peaks are missed. */
  readonly peakMemoryBytes: number | undefined;
  readonly requested: {
    readonly timeLimitSeconds: number | undefined;
    /** Per node or per CPU, as it was asked for. */
    readonly memory: string | undefined;
    readonly cpus: number | undefined;
    readonly nodes: number | undefined;
  };
}

/** @see sacct(1), Job Accounting Fields; all known to 22.05 */
const columns = ["JobID", "ElapsedRaw", "TotalCPU", "CPUTimeRAW", "MaxRSS", "TimelimitRaw", "ReqMem", "ReqCPUS", "ReqNodes"] as const;

export const usageCommand = (id: string): readonly string[] => accountingCommand(columns, [id]);

/** Reads the steps of one job; undefined if accounting has no record of it (yet). @throws OutputUnreadableError */
export function parseUsage(stdout: string): JobUsage | undefined {
  const rows = parseRows(stdout, columns);
  const [allocation] = rows;
  if (allocation === undefined) return undefined;
  return {
    elapsedSeconds: readSeconds(allocation.ElapsedRaw),
    cpuSeconds: readTime(allocation.TotalCPU),
    allocatedCpuSeconds: readSeconds(allocation.CPUTimeRAW),
    peakMemoryBytes: highest(rows.map((row) => readMemory(row.MaxRSS))),
    requested: {
      timeLimitSeconds: readTimeLimit(allocation.TimelimitRaw),
      memory: allocation.ReqMem === "" ? undefined : allocation.ReqMem,
      cpus: readRequested(allocation.ReqCPUS),
      nodes: readRequested(allocation.ReqNodes),
    },
  };
}

/** Steps of a job that runs: only there is memory known before the end. sstat has no choice of delimiter. @see sstat(1) */
export const liveUsageCommand = (id: string): readonly string[] => ["sstat", "--noheader", "--parsable2", "--noconvert", "--allsteps", "--format=MaxRSS", `--jobs=${id}`];

export const parseLivePeakMemory = (stdout: string): number | undefined => highest(stdout.split("\n").map(readMemory));

const highest = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce((most, value) => (value === undefined || (most !== undefined && most >= value) ? most : value), undefined);

/** With --noconvert sacct writes `1234K`; 0 stands for a step that was never sampled. */
function readMemory(text: string): number | undefined {
  if (!/^\d+(?:\.\d+)?[KMGTP]?$/.test(text)) return undefined;
  const bytes = /\d$/.test(text) ? Number(text) : parseMemorySize(text).bytes;
  return bytes === 0 ? undefined : bytes;
}

function readTime(text: string): number | undefined {
  try {
    return text === "" ? undefined : parseSlurmTime(text).seconds;
  } catch (error) {
    if (error instanceof HpckitError) return undefined;
    throw error;
  }
}

/** For a moment slurmdbd can know a job's end and not yet its start: what was requested is 0 then, which no job can ask for. */
const readRequested = (text: string): number | undefined => (text === "0" ? undefined : readSeconds(text));

/** Minutes, `UNLIMITED`, or `Partition_Limit`. */
const readTimeLimit = (text: string): number | undefined => (text === "UNLIMITED" ? Infinity : /^\d+$/.test(text) ? Number(text) * 60 : undefined);
