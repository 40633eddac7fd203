import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { chunksOf } from "../cluster/chunks-of.js";
import { allOrNone } from "../concurrency/all-or-none.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { queryQueue } from "../queue/query-queue.js";
import { parseIndexRanges, rangesOf, type IndexRanges } from "../queue/index-ranges.js";
import { isFinal } from "../state/job-state.js";
import type { components as Later } from "./generated/later.js";
import type { components as V38 } from "./generated/v0-0-38.js";
import type { RestContext } from "./rest-context.js";
import { slurmErrors } from "./rest-reply.js";
import { mostIdsOfAnAddress } from "./rest-session.js";
import type { KeysOf, SameKeys } from "./wire/same-keys.js";
import { wireExitCode, wireState } from "./wire/wire-job.js";
import { jobIdOf, positive, wireNumber, wireText } from "./wire/wire-number.js";

type QueueJobKey = KeysOf<V38["schemas"]["QueueJob"] | Later["schemas"]["QueueJob"]>;

/** What is read of a job; fields that it lacks are unknown, and fields that a newer Slurm adds are left alone. */
const jobShape = {
  job_id: wireNumber,
  het_job_id: wireNumber,
  het_job_offset: wireNumber,
  array_job_id: wireNumber,
  array_task_id: wireNumber,
  array_task_string: wireText,
  job_state: wireState,
  state_reason: wireText,
  exit_code: wireExitCode,
  restart_cnt: wireNumber,
  nodes: wireText,
  submit_time: wireNumber,
  start_time: wireNumber,
  end_time: wireNumber,
  suspend_time: wireNumber,
  pre_sus_time: wireNumber,
} satisfies SameKeys<QueueJobKey>;
const bodySchema = z.looseObject({ jobs: z.array(z.object(jobShape)) });
type WireJob = z.infer<typeof bodySchema>["jobs"][number];

/** A row, and the job whose list of tasks slurmrestd cut. */
export interface RestQueueRow extends QueueRow {
  readonly cutListOf?: number | undefined;
}

/**
 * Reads jobs of slurmctld.
 * @throws OutputUnreadableError for a body without jobs, or a job without an id: it could be the one that was asked for.
 */
export function readQueueJobs(body: unknown): readonly RestQueueRow[] {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw new OutputUnreadableError("slurmrestd", "no list of jobs", JSON.stringify({ body }));
  return parsed.data.jobs.map(readJob);
}

function readJob(job: WireJob): RestQueueRow {
  const id = jobIdOf(job.job_id);
  if (id === undefined) throw new OutputUnreadableError("slurmrestd", "a job without an id", JSON.stringify(job));
  const array = jobIdOf(job.array_job_id);
  const list = job.array_task_id === undefined ? job.array_task_string : undefined;
  const isCut = list?.endsWith("...") === true;
  const leader = jobIdOf(job.het_job_id);
  return {
    jobId: String(array ?? leader ?? id),
    tasks: array === undefined ? undefined : job.array_task_id !== undefined ? rangesOf([job.array_task_id]) : isCut || list === undefined ? undefined : readTasks(list),
    component: leader === undefined ? undefined : job.het_job_offset,
    state: job.job_state,
    exitCode: job.exit_code,
    elapsedSeconds: elapsedSeconds(job),
    restarts: positive(job.restart_cnt) ?? 0,
    reason: job.state_reason === "None" ? undefined : job.state_reason,
    nodes: job.nodes,
    submittedAtSeconds: positive(job.submit_time),
    startedAtSeconds: positive(job.start_time),
    ...(isCut && { cutListOf: id }),
  };
}

function readTasks(list: string): IndexRanges {
  try {
    return parseIndexRanges(list);
  } catch (error) {
    throw new OutputUnreadableError("slurmrestd", "a list of tasks that cannot be read", list, { cause: error });
  }
}

/** Only of a job that has ended: slurmrestd does not say what time it is over there. */
function elapsedSeconds({ job_state: { base }, start_time, end_time, suspend_time, pre_sus_time }: WireJob): number | undefined {
  const [start, end] = [positive(start_time), positive(end_time)];
  if (!isFinal(base) || end === undefined) return undefined;
  if (start === undefined) return 0;
  const ran = positive(suspend_time) === undefined ? end - start : (positive(pre_sus_time) ?? end - start);
  return Math.max(0, ran);
}

/** Up to so many jobs are asked for one by one: see the decision page for what that costs. */
const mostSingly = 200;

/** Asks slurmctld. @throws SlurmError whenever the answer is not certain: never evidence about a job. */
export async function queryRestQueue(context: RestContext, ids: readonly string[], { signal }: Cancellable = {}): Promise<readonly QueueRow[]> {
  const unique = [...new Set(ids)];
  const rows = unique.length > mostSingly ? await askAll(context, unique, { signal }) : (await allOrNone(unique, (id, together) => askOne(context, id, together), { signal })).flat();
  return completeTasks(context, rows, { signal });
}

/** Without what a job has on each of its nodes: more than half of the bytes. */
const flags = ({ session }: RestContext): Readonly<Record<string, string>> => (session.traits.jobStates ? { flags: "ALL" } : {});

async function askOne(context: RestContext, id: string, { signal }: Cancellable): Promise<readonly RestQueueRow[]> {
  const reply = await context.session.ask({ method: "GET", daemon: "slurm", path: `job/${id}`, query: flags(context), signal }, [slurmErrors.unknownJob]);
  // Only an error that says so means that there is no such job.
  if (reply.problems.length > 0) return [];
  return readQueueJobs(reply.body).filter(({ jobId }) => jobId === id);
}

async function askAll(context: RestContext, ids: readonly string[], { signal }: Cancellable): Promise<readonly RestQueueRow[]> {
  const reply = await context.session.ask({ method: "GET", daemon: "slurm", path: "jobs", query: flags(context), signal });
  const wanted = new Set(ids);
  return readQueueJobs(reply.body).filter(({ jobId }) => wanted.has(jobId));
}

const statesSchema = z.looseObject({ jobs: z.array(z.looseObject({ job_id: z.string() })) });

/** slurmrestd cuts lists of tasks at 64 characters, by its own environment. */
async function completeTasks(context: RestContext, rows: readonly RestQueueRow[], { signal }: Cancellable): Promise<readonly QueueRow[]> {
  const cut = rows.flatMap(({ cutListOf }) => (cutListOf === undefined ? [] : [String(cutListOf)]));
  if (cut.length === 0) return rows;
  if (!context.session.traits.jobStates) {
    const arrays = new Set(rows.flatMap(({ cutListOf, jobId }) => (cutListOf === undefined ? [] : [jobId])));
    return [...rows.filter(({ jobId }) => !arrays.has(jobId)), ...(await queryQueue(context.commandLine, [...arrays], { signal }))];
  }
  const states = await allOrNone([...chunksOf(cut, mostIdsOfAnAddress)], (some, together) => askStates(context, some, together), { signal });
  const waiting = tasksByRecord(states.flat());
  return rows.flatMap((row) => (row.cutListOf === undefined ? [row] : [{ ...row, tasks: rangesOf(waiting.get(row.cutListOf) ?? []) }])).filter(({ tasks }) => tasks?.length !== 0);
}

type JobStates = z.infer<typeof statesSchema>["jobs"];

async function askStates({ session }: RestContext, records: readonly string[], { signal }: Cancellable): Promise<JobStates> {
  const reply = await session.ask({ method: "GET", daemon: "slurm", path: "jobs/state", query: { job_id: records }, signal });
  const states = statesSchema.safeParse(reply.body);
  if (!states.success) throw new OutputUnreadableError("slurmrestd", "no list of states", JSON.stringify(reply.body));
  return states.data.jobs;
}

/** Tasks that wait are told as `RECORD_TASK`; a record that has none left was taken apart between the two questions. */
function tasksByRecord(states: JobStates): ReadonlyMap<number, readonly number[]> {
  const byRecord = new Map<number, number[]>();
  for (const { job_id } of states) {
    const [, record, task] = /^(\d+)_(\d+)$/.exec(job_id) ?? [];
    if (record === undefined) continue;
    const tasks = byRecord.get(Number(record)) ?? [];
    tasks.push(Number(task));
    byRecord.set(Number(record), tasks);
  }
  return byRecord;
}
