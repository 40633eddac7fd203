import type { Cancellable } from "@hpckit/core";
import type { JobReference } from "../job/job-reference.js";
import type { JobRecord, JobSummary } from "../jobs/job-summary.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { Tres } from "../tres/tres.js";
import { ownRows } from "../watch/job-track.js";

/** What Slurm made of a job, or of one component of a heterogeneous job. Undefined: Slurm does not say. */
export interface AcceptedPart {
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
}

/**
 * What Slurm made of a job: after defaults, rounding, and what plugins of the site changed (`job_submit`). Of an array job: of one of its tasks,
 * as all were given the same. Of a heterogeneous job: of its first component, and of each in `components`.
 */
export interface AcceptedJob extends AcceptedPart {
  readonly source: "queue" | "accounting";
  /** Of a heterogeneous job, the first before the others. Of one that has never run accounting tells the first alone, and this is undefined (24.11, 26.05). */
  readonly components?: readonly (AcceptedPart & { readonly component: number })[] | undefined;
}

/** Asks the queue, and accounting for a job that has left it. One round trip, or two. @returns undefined where neither knows the job. */
export async function findAccepted({ backend, facts }: Pick<SlurmContext, "backend" | "facts">, reference: JobReference, options: Cancellable = {}): Promise<AcceptedJob | undefined> {
  const queued = own(await backend.list({ ids: [reference.id], states: "all" }, options), reference);
  if (queued.length > 0 || !facts.accounting) return acceptedOfRows(queued, "queue");
  return acceptedOfRows(own(await backend.history({ ids: [reference.id] }, options), reference).map(asAsked), "accounting");
}

const own = <Each extends JobSummary>(rows: readonly Each[], reference: JobReference): readonly Each[] =>
  ownRows(rows.map((row) => ({ jobId: row.id, submittedAtSeconds: row.submittedAtSeconds, row })), reference).map(({ row }) => row);

/** Of a job that has never run accounting has nothing allocated, and counts no CPU and no node (24.11). */
const asAsked = ({ requested, ...record }: JobRecord): JobSummary => ({
  ...record,
  resources: Object.keys(record.resources).length === 0 ? requested : record.resources,
  nodeCount: record.nodeCount === 0 ? undefined : record.nodeCount,
  cpuCount: record.cpuCount === 0 ? undefined : record.cpuCount,
});

/** squeue prints components in any order. */
function acceptedOfRows(rows: readonly JobSummary[], source: AcceptedJob["source"]): AcceptedJob | undefined {
  const [first, ...others] = [...rows].sort((one, other) => (one.component ?? 0) - (other.component ?? 0));
  if (first === undefined) return undefined;
  const components = [first, ...others].flatMap((row) => (row.component === undefined ? [] : [{ component: row.component, ...partOf(row) }]));
  return { ...acceptedOf(first, source), components: components.length === 0 ? undefined : components };
}

export const acceptedOf = (row: JobSummary, source: AcceptedJob["source"]): AcceptedJob => ({ ...partOf(row), source });

const partOf = ({ name, partition, account, qos, reservation, timeLimitSeconds, nodeCount, cpuCount, resources, workFolder, comment }: JobSummary): AcceptedPart => ({
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
});
