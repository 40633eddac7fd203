import { randomUUID } from "node:crypto";
import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { printedQuestion, type Question } from "../backend/question.js";
import { cleanCommand } from "../cluster/slurm-command.js";
import { readEpoch, readWord } from "../cluster/slurm-values.js";
import { fieldEnd, squeue } from "../queue/queue-format.js";

/** When the scheduler expects a pending job to start; it knows only while it plans for it. */
export interface StartEstimate {
  readonly jobId: string;
  /** Seconds since the epoch; undefined while the scheduler has no plan for it. */
  readonly startsAtSeconds: number | undefined;
  /** Nodes that it is planned for, in Slurm's short form. */
  readonly nodes: string | undefined;
  /** Why it waits, in Slurm's words. */
  readonly reason: string | undefined;
}

/**
 * What the scheduler says of a job that is only tried. A refusal here is weaker than one of a submission: 24.11 and 26.05 also say so of
 * jobs that they would queue behind a reservation.
 */
export type TrialStart =
  | { readonly kind: "starts"; readonly startsAtSeconds: number; readonly nodes: string; readonly partition: string; readonly cpus: number }
  | { readonly kind: "refused"; readonly message: string };

/** Without `--start`, beside which 24.11 and later print a format of their own: the same times stand in these columns. */
export function startEstimatesQuestion(ids: readonly string[]): Question<readonly StartEstimate[]> {
  const recordEnd = `\x1e${randomUUID()}\x1e`;
  const format = `JobID:${fieldEnd},StartTime:${fieldEnd},SchedNodes:${fieldEnd},Reason:${recordEnd}`;
  const question = printedQuestion([...squeue, "--noheader", `--jobs=${ids.join(",")}`, `--Format=${format}`], (stdout) => parseStartEstimates(stdout, recordEnd));
  return {
    ...question,
    // One id that is unknown is refused; of several, it has no row.
    read: (result) => (result.exitCode === 1 && result.stderr.includes("Invalid job id specified") ? [] : question.read(result)),
  };
}

/** @throws OutputUnreadableError if the text ends inside a row, or a row does not begin with a job id. */
export function parseStartEstimates(stdout: string, recordEnd: string): readonly StartEstimate[] {
  const records = stdout.split(recordEnd);
  const rest = records.pop() ?? "";
  if (rest.trim() !== "") throw new OutputUnreadableError("squeue", "the output ends inside a row", rest);
  return records.map((record) => {
    const [jobId = "", startsAt, nodes, ...reason] = record.trimStart().split(fieldEnd);
    if (!/^[1-9]\d*$/.test(jobId)) throw new OutputUnreadableError("squeue", "a row without a job id", record);
    return { jobId, startsAtSeconds: readEpoch(startsAt), nodes: readWord(nodes), reason: readWord(reason.join(fieldEnd)) };
  });
}

/** A submission that can be tried: the command, and the script on its standard input. */
export interface TrialSubmission {
  readonly argv: readonly string[];
  readonly script: string;
}

/** Has sbatch say when a job would start, and queues nothing. @see sbatch(1), `--test-only` */
export async function tryStart({ transport, programs }: CommandLine, { argv: [program = "sbatch", ...options], script }: TrialSubmission, { signal }: Cancellable = {}): Promise<TrialStart> {
  const argv = [program, "--test-only", ...options.filter((word) => word !== "--parsable")];
  const result = await transport.exec(cleanCommand(programs, argv), { stdin: script, signal, timeoutMs: 120_000 });
  return parseTrialStart(`${result.stdout}\n${result.stderr}`);
}

/** Reads what `sbatch --test-only` printed. @throws OutputUnreadableError where it is neither a start nor a refusal. */
export function parseTrialStart(printed: string): TrialStart {
  // 26.05 writes "at 1795308370 a using", or "at 1795308370 on cluster alps a using".
  const [, startsAt, cpus, nodes = "", partition = ""] = /Job \d+ to start at (\d+)(?: on cluster \S+)?(?: a)? using (\d+) processors on nodes (\S+) in partition (\S+)/.exec(printed) ?? [];
  if (startsAt !== undefined) return { kind: "starts", startsAtSeconds: Number(startsAt), nodes, partition, cpus: Number(cpus) };
  const message = /^allocation failure: (.*)$/m.exec(printed)?.[1];
  if (message === undefined) throw new OutputUnreadableError("sbatch --test-only", "neither a start nor a refusal", printed);
  return { kind: "refused", message };
}
