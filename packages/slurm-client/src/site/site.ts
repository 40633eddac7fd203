import type { Cancellable, LiveWork } from "@hpckit/core";
import type { Job } from "../job/job.js";
import type { JobReference } from "../job/job-reference.js";
import type { Slurm } from "../slurm/slurm.js";
import type { SiteJobLists } from "./site-jobs.js";

/** A cluster that accounting knows, and that cannot be asked now. Nothing is known of its jobs: they are not gone. */
export interface UnreachableCluster {
  readonly name: string;
  readonly error: unknown;
}

/** The clusters that one login node reaches. An id is only unique within its cluster; a handle and a reference know theirs. */
export interface SlurmSite {
  /** The login node's own first, then the others by name; one that was away joins them when a list of jobs or a search finds it back. */
  readonly clusters: readonly Slurm[];
  readonly unreachable: readonly UnreachableCluster[];

  /** @throws OptionsError for a name that is not among them; the error of a cluster that could not be reached. */
  cluster(name: string): Slurm;

  /** What the jobs of all clusters use; unknown while one of them cannot be asked. @see {@link Slurm.liveWork} */
  readonly liveWork: LiveWork;

  /** Lists of the jobs of all clusters. */
  readonly jobs: SiteJobLists;

  /**
   * The handle of a job on whichever cluster it is. Jobs of several clusters can be waited for side by side: each cluster's share one
   * squeue a tick.
   * @throws as {@link SlurmSite.cluster} does.
   */
  job(reference: JobReference): Job;

  /**
   * The handle of a job of which only id and cluster are known, as `sbatch --parsable` prints them: `12;gpu`, or `12_4;gpu` for a task of an
   * array. @see {@link Slurm.find}
   * @throws OptionsError for an id without a cluster: each cluster counts for itself; else as {@link SlurmSite.cluster} does.
   */
  find(id: string, options?: Cancellable): Promise<Job | undefined>;
}
