import { OutputUnreadableError } from "@hpckit/core";
import { z } from "zod";
import { parseIndexRanges, rangesOf, type IndexRanges } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { isFinal } from "../state/job-state.js";
import type { components as Later } from "./generated/later.js";
import type { components as V38 } from "./generated/v0-0-38.js";
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
