import { randomUUID } from "node:crypto";
import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import { accountingFailed } from "../accounting/accounting-answer.js";
import type { CommandLine } from "../backend/command-line.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import { splitRecords } from "../queue/parse-queue.js";
import { couldNotAsk } from "../queue/queue-answer.js";
import { squeue } from "../queue/queue-format.js";
import { findMark } from "./submission-key.js";

/** A job that was submitted with a mark of ours. Of an array: the array's id. */
export interface MarkedJob {
  /** Of its key. */
  readonly mark: string;
  /** Of the attempt that queued it. */
  readonly nonce: string;
  readonly id: string;
  readonly submittedAtSeconds: number;
}

const fieldEnd = "\x1f";

/** Asks the queue once for jobs of this user by the marks at the end of their comments. @throws HpckitError where the answer is not certain. */
export async function queryMarkedQueue({ transport, programs, facts }: CommandLine, marks: readonly string[], options: Cancellable = {}): Promise<readonly MarkedJob[]> {
  const recordEnd = `\x1e${randomUUID()}\x1e`;
  const format = `ArrayJobID:${fieldEnd},SubmitTime:${fieldEnd},Comment:${recordEnd}`;
  const result = await askSlurm(transport, programs, [...squeue, "--noheader", "--states=all", `--user=${facts.uid}`, `--Format=${format}`], options);
  if (couldNotAsk(result)) throw commandFailed(result);
  return parseMarkedQueue(result.stdout, { marks, recordEnd });
}

/** Finds the jobs whose comment ends with one of the marks; rows of an array's tasks are one job. Other comments can hold anything. @throws OutputUnreadableError */
export function parseMarkedQueue(stdout: string, { marks, recordEnd }: { readonly marks: readonly string[]; readonly recordEnd: string }): readonly MarkedJob[] {
  const wanted = new Set(marks);
  const found = splitRecords(stdout, recordEnd).flatMap((record): MarkedJob[] => {
    const [id = "", submittedAt = "", ...comment] = record.trimStart().split(fieldEnd);
    const found = findMark(comment.join(fieldEnd).split(/\s/).at(-1) ?? "");
    if (found === undefined || !wanted.has(found.mark)) return [];
    if (!/^[1-9]\d*$/.test(id) || !/^\d+$/.test(submittedAt)) throw new OutputUnreadableError("squeue", "a row without a job id or a time", record);
    return [{ ...found, id, submittedAtSeconds: Number(submittedAt) }];
  });
  return oneOfEach(found);
}

/**
 * Asks accounting once for jobs of this user by their marks. The command that queued a job is kept by every accounting since 21.08,
 * comments only where the site stores them; a job queued over REST has no command.
 * @param sinceSeconds - nothing older is looked at: without a start time sacct begins at midnight.
 * @throws HpckitError where the answer is not certain.
 * @see sacct(1), `SubmitLine`
 */
export async function queryMarkedAccounting({ transport, programs, facts }: CommandLine, marks: readonly string[], sinceSeconds: number, options: Cancellable = {}): Promise<readonly MarkedJob[]> {
  const argv = ["sacct", "--noheader", "--parsable2", `--delimiter=${fieldEnd}`, "--allocations", `--user=${facts.uid}`, `--starttime=${slurmTime(sinceSeconds)}`, "--format=JobID,Submit,Comment,SubmitLine"];
  const result = await askSlurm(transport, programs, argv, options);
  if (accountingFailed(result)) throw commandFailed(result);
  return parseMarkedAccounting(result.stdout, marks);
}

const rowStart = new RegExp(`^([1-9]\\d*)[^${fieldEnd}\n]*${fieldEnd}(\\d+)${fieldEnd}`, "gm");

/** Finds jobs by the mark in their comment, or in the command that queued them. Both can hold line breaks: a row goes on until the next begins. */
export function parseMarkedAccounting(stdout: string, marks: readonly string[]): readonly MarkedJob[] {
  const wanted = new Set(marks);
  const rows = [...stdout.matchAll(rowStart)];
  const found = rows.flatMap((row, at): MarkedJob[] => {
    const found = findMark(stdout.slice(row.index + row[0].length, rows[at + 1]?.index));
    return found === undefined || !wanted.has(found.mark) ? [] : [{ ...found, id: row[1] ?? "", submittedAtSeconds: Number(row[2]) }];
  });
  return oneOfEach(found);
}

/** Seconds since the epoch as sacct takes them, whatever the time zone of either side. */
const slurmTime = (seconds: number): string => `uts${Math.floor(seconds)}`;

const oneOfEach = (jobs: readonly MarkedJob[]): readonly MarkedJob[] => [...new Map(jobs.map((job) => [`${job.mark} ${job.id}`, job])).values()];
