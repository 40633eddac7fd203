import { recordsCommand } from "../../packages/slurm-client/src/accounting/accounting-record.js";
import type { Recording } from "../../packages/slurm-client/src/fixtures/recordings.js";
import { queueCommand } from "../../packages/slurm-client/src/queue/query-queue.js";
import { recordEnd } from "../../packages/slurm-client/src/state/fixtures/record-end.js";
import type { Cluster } from "../cluster/src/index.js";

/** The variables with which the client asks; see `cleanCommand`. */
const readable = ["env", "SLURM_TIME_FORMAT=%s", "SLURM_BITSTR_LEN=0", "LC_ALL=C", "TZ=UTC0"];

async function ask(cluster: Cluster, what: string, argv: readonly string[]): Promise<Recording> {
  return { what, argv, ...(await cluster.exec([...readable, ...argv], { as: "alice" })) };
}

export const askQueue = (cluster: Cluster, name: string, id: string): Promise<Recording> => ask(cluster, `squeue ${name}`, queueCommand([`--jobs=${id}`], recordEnd));

/** All records of a job, those of earlier runs too. */
export const askAccounting = (cluster: Cluster, name: string, id: string): Promise<Recording> =>
  ask(cluster, `sacct ${name}`, recordsCommand([id]).flatMap((word) => (word === "--allocations" ? [word, "--duplicates"] : [word])));

interface JsonJob {
  readonly job_id: number;
  readonly job_state: unknown;
  readonly state_reason: unknown;
  readonly state_description: unknown;
}

/** A job has 130 fields in JSON: its state and reason stay. 22.05 answers with all jobs, whichever was asked for. */
export async function askJson(cluster: Cluster, name: string, id: string): Promise<Recording> {
  const recording = await ask(cluster, `json ${name}`, ["squeue", "--json", "--states=all", `--jobs=${id}`]);
  const { jobs } = JSON.parse(recording.stdout) as { readonly jobs: readonly JsonJob[] };
  const kept = jobs.filter((job) => String(job.job_id) === id).map(({ job_id, job_state, state_reason, state_description }) => ({ job_id, job_state, state_reason, state_description }));
  return { ...recording, stdout: JSON.stringify({ jobs: kept }) };
}
