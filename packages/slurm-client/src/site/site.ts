import type { Job } from "../job/job.js";
import type { JobReference } from "../job/job-reference.js";
import type { Slurm } from "../slurm/slurm.js";

/** A cluster that accounting knows, and that cannot be asked now. Nothing is known of its jobs: they are not gone. */
export interface UnreachableCluster {
  readonly name: string;
  readonly error: unknown;
}

/** The clusters that one login node reaches. An id is only unique within its cluster; a handle and a reference know theirs. */
export interface SlurmSite {
  /** The login node's own first, then the others by name. */
  readonly clusters: readonly Slurm[];
  readonly unreachable: readonly UnreachableCluster[];

  /** @throws OptionsError for a name that is not among them; the error of a cluster that could not be reached. */
  cluster(name: string): Slurm;

  /** The handle of a job on whichever cluster it is. @throws as {@link SlurmSite.cluster} does. */
  job(reference: JobReference): Job;
}
