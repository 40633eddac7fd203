import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import type { AccountingRecord } from "../accounting/accounting-record.js";
import { chunksOf } from "../cluster/chunks-of.js";
import { allOrNone } from "../concurrency/all-or-none.js";
import { rangesOf, type IndexRanges } from "../queue/index-ranges.js";
import type { JobState } from "../state/job-state.js";
import type { components as Later } from "./generated/later.js";
import type { components as V38 } from "./generated/v0-0-38.js";
import type { ApiTraits } from "./api-version.js";
import type { RestContext } from "./rest-context.js";
import { mostIdsOfAnAddress } from "./rest-session.js";
import { slurmErrors } from "./rest-reply.js";
import { parseTaskBitmap } from "./wire/task-bitmap.js";
import type { KeysOf, SameKeys } from "./wire/same-keys.js";
import { wireExitCode, wireState } from "./wire/wire-job.js";
import { jobIdOf, positive, wireNumber, wireText } from "./wire/wire-number.js";

type Job = V38["schemas"]["AccountingJob"] | Later["schemas"]["AccountingJob"];
type Part<Key extends keyof Job> = KeysOf<NonNullable<Job[Key]>>;

const noLeader = { job_id: undefined, job_offset: undefined };
const none = { job_id: undefined, task_id: undefined, task: undefined };
const noTimes = { elapsed: undefined, start: undefined, end: undefined, submission: undefined };

const jobShape = {
  job_id: wireNumber,
  array: z.looseObject({ job_id: wireNumber, task_id: wireNumber, task: wireText } satisfies SameKeys<Part<"array">>).catch(none),
  state: z.looseObject({ current: wireState, reason: wireText } satisfies SameKeys<Part<"state">>),
  het: z.looseObject({ job_id: wireNumber, job_offset: wireNumber } satisfies SameKeys<Part<"het">>).catch(noLeader),
  exit_code: wireExitCode,
  derived_exit_code: wireExitCode,
  time: z.looseObject({ elapsed: wireNumber, start: wireNumber, end: wireNumber, submission: wireNumber } satisfies SameKeys<Part<"time">>).catch(noTimes),
  nodes: wireText,
  kill_request_user: wireText,
} satisfies SameKeys<KeysOf<Job>>;
const bodySchema = z.looseObject({ jobs: z.array(z.object(jobShape)) });
type WireJob = z.infer<typeof bodySchema>["jobs"][number];

export interface ReadAccountingOptions {
  readonly traits: Pick<ApiTraits, "accountingExitCodes">;
  /** Uids of users by name, as far as they are known: slurmrestd names who cancelled a job. */
  readonly uids: Readonly<Record<string, number>>;
}

/** Reads jobs of slurmdbd. @throws OutputUnreadableError */
export function readAccountingJobs(body: unknown, options: ReadAccountingOptions): readonly AccountingRecord[] {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw new OutputUnreadableError("slurmrestd", "no list of jobs of accounting", JSON.stringify({ body }));
  return parsed.data.jobs.map((job) => readJob(job, options));
}

function readJob(job: WireJob, { traits, uids }: ReadAccountingOptions): AccountingRecord {
  const id = jobIdOf(job.job_id);
  if (id === undefined) throw new OutputUnreadableError("slurmrestd", "a job of accounting without an id", JSON.stringify(job));
  const array = jobIdOf(job.array.job_id);
  const leader = jobIdOf(job.het.job_id);
  const { current, reason } = job.state;
  const told = (exitCode: string): string => (!traits.accountingExitCodes && exitCode === "0:0" && current.base !== "COMPLETED" ? "" : exitCode);
  return {
    jobId: String(array ?? leader ?? id),
    tasks: array === undefined ? undefined : job.array.task_id !== undefined ? rangesOf([job.array.task_id]) : readTasks(job.array.task),
    component: leader === undefined ? undefined : job.het.job_offset,
    state: cancelled(current, job.kill_request_user, uids),
    // "0:0" is what was not told: only of COMPLETED it is certain.
    exitCode: told(job.exit_code),
    derivedExitCode: traits.accountingExitCodes || job.derived_exit_code !== "0:0" ? job.derived_exit_code : "",
    reason: reason === "None" ? undefined : reason,
    submittedAtSeconds: positive(job.time.submission),
    startedAtSeconds: positive(job.time.start),
    endedAtSeconds: positive(job.time.end),
    elapsedSeconds: job.time.elapsed === Infinity ? undefined : job.time.elapsed,
    nodes: job.nodes === "None assigned" ? undefined : job.nodes,
  };
}

function readTasks(text: string | undefined): IndexRanges | undefined {
  if (text === undefined) return undefined;
  const tasks = parseTaskBitmap(text);
  if (tasks === undefined) throw new OutputUnreadableError("slurmrestd", "a list of tasks that cannot be read", text);
  return tasks;
}

/** As sacct writes it: `CANCELLED by 2001`. */
function cancelled(state: JobState, by: string | undefined, uids: Readonly<Record<string, number>>): JobState {
  if (state.base !== "CANCELLED" || by === undefined) return state;
  return { ...state, raw: `CANCELLED by ${(Object.hasOwn(uids, by) ? uids[by] : undefined) ?? by}` };
}

/** Asks slurmdbd for the newest record of each job. @throws SlurmError whenever the answer is not certain. */
export async function queryRestAccounting(context: RestContext, ids: readonly string[], options: Cancellable = {}): Promise<readonly AccountingRecord[]> {
  const parts = [...chunksOf([...new Set(ids)], mostIdsOfAnAddress)];
  return (await allOrNone(parts, (part, together) => askPart(context, part, together), options)).flat();
}

async function askPart({ session, commandLine }: RestContext, ids: readonly string[], { signal }: Cancellable): Promise<readonly AccountingRecord[]> {
  const step = session.traits.wrapped ? ids : ids.join(",");
  const reply = await session.ask({ method: "GET", daemon: "slurmdb", path: "jobs", query: { step, skip_steps: "true" }, signal }, [slurmErrors.nothingFound]);
  const uids = { root: 0, [commandLine.transport.target.user]: commandLine.facts.uid };
  const wanted = new Set(ids);
  return readAccountingJobs(reply.body, { traits: session.traits, uids }).filter(({ jobId }) => wanted.has(jobId));
}
