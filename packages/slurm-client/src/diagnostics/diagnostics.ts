import { OutputUnreadableError } from "@hpckit/core";
import { printedQuestion, type Question } from "../backend/question.js";

/** How long one part of the scheduler takes for its rounds, in microseconds. */
export interface SchedulerCycles {
  readonly lastCycleMicroseconds: number | undefined;
  readonly meanCycleMicroseconds: number | undefined;
  readonly maxCycleMicroseconds: number | undefined;
  readonly totalCycles: number | undefined;
  /** Jobs that waited when it last looked. */
  readonly lastQueueLength: number | undefined;
}

/** Requests of one kind, or of one user, to the controller. */
export interface RequestStatistics {
  /** The message's type, e.g. `REQUEST_JOB_INFO`, or the user's name. */
  readonly name: string;
  readonly count: number;
  readonly averageMicroseconds: number;
  readonly totalMicroseconds: number;
}

/**
 * How the controller is doing, since its statistics were last reset. What a version does not print is undefined.
 * @see sdiag(1)
 */
export interface Diagnostics {
  readonly atSeconds: number;
  readonly sinceSeconds: number | undefined;
  /** Many threads, or a queue of messages that grows: it is overloaded. */
  readonly serverThreads: number | undefined;
  readonly agentQueueLength: number | undefined;
  /** Records that slurmdbd has not yet: it is behind, or down. */
  readonly databaseQueueLength: number | undefined;
  readonly jobs: Readonly<Record<"submitted" | "started" | "completed" | "canceled" | "failed" | "pending" | "running", number | undefined>>;
  readonly mainScheduler: SchedulerCycles;
  readonly backfill: SchedulerCycles & { readonly jobsSinceStart: number | undefined };
  readonly requests: readonly RequestStatistics[];
  readonly requestsByUser: readonly RequestStatistics[];
}

export const diagnosticsQuestion: Question<Diagnostics> = printedQuestion(["sdiag"], parseDiagnostics);

/** Reads sdiag. @throws OutputUnreadableError for a text that is not its own. */
export function parseDiagnostics(stdout: string): Diagnostics {
  const atSeconds = /^sdiag output at .*\((\d+)\)$/m.exec(stdout)?.[1];
  if (atSeconds === undefined) throw new OutputUnreadableError("sdiag", "no time of the output", stdout);
  const [general = "", main = "", backfill = ""] = stdout.split(/^(?:Main schedule statistics|Backfilling stats).*$/m);
  const count = (name: string): number | undefined => readCount(general, name);
  return {
    atSeconds: Number(atSeconds),
    sinceSeconds: readMatch(stdout, /^Data since .*\((\d+)\)$/m),
    serverThreads: count("Server thread count"),
    agentQueueLength: count("Agent queue size"),
    databaseQueueLength: count("DBD Agent queue size"),
    jobs: {
      submitted: count("Jobs submitted"),
      started: count("Jobs started"),
      completed: count("Jobs completed"),
      canceled: count("Jobs canceled"),
      failed: count("Jobs failed"),
      pending: count("Jobs pending"),
      running: count("Jobs running"),
    },
    mainScheduler: readCycles(main),
    backfill: { ...readCycles(backfill), jobsSinceStart: readCount(backfill, "Total backfilled jobs (since last slurm start)") },
    requests: readStatistics(stdout, "message type"),
    requestsByUser: readStatistics(stdout, "user"),
  };
}

const readCycles = (section: string): SchedulerCycles => ({
  lastCycleMicroseconds: readCount(section, "Last cycle"),
  meanCycleMicroseconds: readCount(section, "Mean cycle"),
  maxCycleMicroseconds: readCount(section, "Max cycle"),
  totalCycles: readCount(section, "Total cycles"),
  lastQueueLength: readCount(section, "Last queue length"),
});

function readCount(section: string, name: string): number | undefined {
  const line = section.split("\n").find((candidate) => candidate.trimStart().startsWith(`${name}:`));
  return line === undefined ? undefined : readMatch(line.slice(line.indexOf(`${name}:`) + name.length), /^:\s*(\d+)$/);
}

function readMatch(text: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function readStatistics(stdout: string, by: "message type" | "user"): readonly RequestStatistics[] {
  const [, section = ""] = stdout.split(`Remote Procedure Call statistics by ${by}\n`);
  const [table = ""] = section.split(/^(?!\t)/m);
  return [...table.matchAll(/^\t(\S+) +\( *\d+\) count:(\d+) +ave_time:(\d+) +total_time:(\d+)/gm)].map(([, name = "", count, average, total]) => ({
    name,
    count: Number(count),
    averageMicroseconds: Number(average),
    totalMicroseconds: Number(total),
  }));
}
