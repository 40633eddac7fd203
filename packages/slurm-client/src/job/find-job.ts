import { posix } from "node:path";
import type { Cancellable } from "@hpckit/core";
import { z } from "zod";
import type { AccountingRecord } from "../accounting/accounting-record.js";
import { eachIndex, joinRanges, rangesOf, subtractRanges } from "../queue/index-ranges.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { finalState } from "../state/job-state.js";
import { clockToleranceSeconds } from "../watch/job-track.js";
import type { JobDetail } from "./job-detail.js";
import type { JobReference } from "./job-reference.js";

/** An id as people write it. */
export interface WrittenId {
  readonly id: string;
  readonly task: number | undefined;
}

export const jobIdSchema: z.ZodType<WrittenId, string> = z
  .string()
  .regex(/^[1-9]\d*(?:_\d+)?$/, { error: 'the id of a job is a whole number, or "12_4" for a task of an array' })
  .transform((text) => {
    const [id = "", task] = text.split("_");
    return { id, task: task === undefined ? undefined : Number(task) };
  });

/** Looks a job up by its id alone; undefined if neither the controller nor accounting knows it, or has no such task of it. Of an array all tasks are named, or none. */
export async function findJob(context: SlurmContext, written: WrittenId, options: Cancellable): Promise<JobReference | undefined> {
  const { backend, facts } = context;
  const { id, task } = written;
  const details = (await backend.details([id], options)).filter(({ jobId }) => jobId === id);
  // The controller forgets tasks that ended one by one: the whole array is known to accounting.
  const records = facts.accounting && (details.length === 0 || details.some(({ tasks }) => tasks !== undefined)) ? await backend.accounting([id], options) : [];
  const submittedAtSeconds = submissionOf(details, records);
  if (submittedAtSeconds === undefined) return undefined;
  // Records of an older job of the same id are not this one's.
  const own = records.filter((record) => (record.submittedAtSeconds ?? 0) >= submittedAtSeconds - clockToleranceSeconds);
  const found = referenceOf({ id, cluster: facts.name, submittedAtSeconds }, details, own);
  const { tasks, ...reference } = found;
  const named = knowsAllTasks(details, own) ? found : reference;
  if (task === undefined) return named;
  return tasks?.includes(task) === true ? { ...named, task } : undefined;
}

/**
 * Whether no task is missing, as far as can be told: accounting has those that the controller has forgotten, unless it is behind. Then it lacks some that the
 * controller still shows to have begun, or has not heard of an end.
 */
function knowsAllTasks(details: readonly JobDetail[], records: readonly AccountingRecord[]): boolean {
  const begun = joinRanges(details.filter(({ state }) => state.base !== "PENDING").map((row) => rangesOf(row.tasks ?? [])));
  const isBehind = details.length === 0 ? records.some(({ state }) => finalState(state) === undefined) : subtractRanges(begun, joinRanges(records.map((row) => row.tasks ?? []))).length > 0;
  return records.length > 0 && !isBehind;
}

/** When it was submitted. What was queued again has the time of that: where all that the controller has was, accounting may have earlier ones. */
function submissionOf(details: readonly JobDetail[], records: readonly AccountingRecord[]): number | undefined {
  const isOriginal = details.some(({ restarts }) => restarts === 0);
  const times = (isOriginal ? details : [...details, ...records]).flatMap((each) => each.submittedAtSeconds ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function referenceOf(job: Pick<JobReference, "id" | "cluster" | "submittedAtSeconds">, details: readonly JobDetail[], own: readonly AccountingRecord[]): JobReference {
  const tasks = [...eachIndex(joinRanges([...details.map((row) => rangesOf(row.tasks ?? [])), ...own.map((row) => row.tasks ?? [])]))];
  const components = Math.max(-1, ...[...details, ...own].map(({ component = -1 }) => component)) + 1;
  const [detail] = details;
  const path = (file: string | undefined): string | undefined => (file === undefined || detail === undefined ? undefined : posix.resolve(detail.workFolder, file));
  return {
    ...job,
    name: detail?.name,
    workFolder: detail?.workFolder,
    user: detail?.user,
    output: path(detail?.output),
    error: path(detail?.error),
    ...(tasks.length === 0 ? {} : { tasks }),
    ...(components < 2 ? {} : { components }),
  };
}
