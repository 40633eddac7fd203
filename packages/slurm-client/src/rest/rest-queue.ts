import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { chunksOf } from "../cluster/chunks-of.js";
import { allOrNone } from "../concurrency/all-or-none.js";
import { rangesOf } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { queryQueue } from "../queue/query-queue.js";
import type { RestContext } from "./rest-context.js";
import { readQueueJobs, type RestQueueRow } from "./rest-queue-row.js";
import { slurmErrors } from "./rest-reply.js";
import { mostIdsOfAnAddress } from "./rest-session.js";

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
