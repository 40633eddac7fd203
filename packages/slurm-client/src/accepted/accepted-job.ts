import type { Cancellable } from "@hpckit/core";
import type { JobReference } from "../job/job-reference.js";
import type { JobSummary } from "../jobs/job-summary.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { Tres } from "../tres/tres.js";
import { ownRows } from "../watch/job-track.js";

/**
 * What Slurm made of a job: after defaults, rounding, and what plugins of the site changed (`job_submit`). Of an array job: of one of its tasks,
 * as all were given the same. Undefined: Slurm does not say.
 */
export interface AcceptedJob {
  readonly name: string;
  readonly partition: string;
  readonly account: string | undefined;
  readonly qos: string | undefined;
  readonly reservation: string | undefined;
  /** `Infinity` without a limit. */
  readonly timeLimitSeconds: number | undefined;
  readonly nodeCount: number | undefined;
  readonly cpuCount: number | undefined;
  /** What it was given, or will be; `mem` in megabytes of 2^20 bytes. */
  readonly resources: Tres;
  readonly workFolder: string | undefined;
  readonly comment: string | undefined;
  readonly source: "queue" | "accounting";
}

/** Asks the queue, and accounting for a job that has left it. One round trip, or two. @returns undefined where neither knows the job. */
export async function findAccepted({ backend, facts }: Pick<SlurmContext, "backend" | "facts">, reference: JobReference, options: Cancellable = {}): Promise<AcceptedJob | undefined> {
  const [queued] = own(await backend.list({ ids: [reference.id], states: "all" }, options), reference);
  if (queued !== undefined) return acceptedOf(queued, "queue");
  const [recorded] = facts.accounting ? own(await backend.history({ ids: [reference.id] }, options), reference) : [];
  return recorded === undefined ? undefined : acceptedOf({ ...recorded, resources: Object.keys(recorded.resources).length === 0 ? recorded.requested : recorded.resources }, "accounting");
}

const own = <Each extends JobSummary>(rows: readonly Each[], reference: JobReference): readonly Each[] =>
  ownRows(rows.map((row) => ({ jobId: row.id, submittedAtSeconds: row.submittedAtSeconds, row })), reference).map(({ row }) => row);

export const acceptedOf = ({ name, partition, account, qos, reservation, timeLimitSeconds, nodeCount, cpuCount, resources, workFolder, comment }: JobSummary, source: AcceptedJob["source"]): AcceptedJob => ({
  name,
  partition,
  account,
  qos,
  reservation,
  timeLimitSeconds,
  nodeCount,
  cpuCount,
  resources,
  workFolder,
  comment,
  source,
});
