import type { Cancellable } from "@hpckit/core";
import type { CheckFinding } from "../check/check-finding.js";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { ClusterInspection } from "../inspect/cluster-inspection.js";
import type { JobSetControls } from "../control/job-set.js";
import type { Job } from "../job/job.js";
import type { JobReference } from "../job/job-reference.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { SubmissionPlan } from "../submit/submission-plan.js";

export interface PrepareOptions extends Cancellable {
  /** Told what layers of the launch do while they are resolved: an image that is pulled, an environment that is built. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** A Slurm cluster, as seen from one login. */
export interface Slurm {
  /** What was found at the time of the connection. */
  readonly cluster: ClusterFacts;

  /** What the cluster says of itself now. */
  readonly inspect: ClusterInspection;

  /**
   * Queues one batch job and returns its handle once the controller has accepted it.
   *
   * Guarantees: sbatch is started at most once. Resolved ⇒ the job exists. Rejected with a {@link SubmissionError} of outcome
   * `not-sent` ⇒ nothing was queued. After a lost reply or an abort in mid-flight the job is looked for in the queue by its mark;
   * where it is not found, the outcome is `unknown` and the mark is in the error's `detail`.
   * @throws OptionsError for a spec that is wrong in itself, with all that is wrong.
   * @throws InvalidPartitionError, InvalidAccountError, InvalidQosError, LimitExceededError, NotSatisfiableError, SubmissionError
   * @see sbatch(1)
   */
  submit(spec: JobSpecInput, options?: PrepareOptions): Promise<Job>;

  /**
   * Says what the cluster will say of a job, before it is submitted: that it is refused, can never start, or waits, and for what; the worst
   * first. Nothing is queued, and no layer of the launch is resolved.
   *
   * Guarantees: what is found is so, as the cluster was when it was asked. Nothing found is no promise: other jobs, plugins of the site,
   * and options without a field are not looked at. What the cluster did not say is a finding of its own, `not-checked`.
   * @throws OptionsError for a spec that is wrong in itself; SlurmCommandError if the cluster does not answer at all.
   */
  check(spec: JobSpecInput, options?: Cancellable): Promise<readonly CheckFinding[]>;

  /** What {@link Slurm.submit} would do, as data: the command and the script. Queues nothing; resolves the launch's layers. */
  plan(spec: JobSpecInput, options?: PrepareOptions): Promise<SubmissionPlan>;

  /** Orders about many jobs at once. */
  readonly jobs: JobSetControls;

  /**
   * The handle of a job that was submitted before, by this or another process.
   * @throws OptionsError for a job of another cluster.
   */
  job(reference: JobReference): Job;

  /**
   * The handle of a job of which only the id is known, `12` or `12_4`: the newest that has it, as the controller or else accounting
   * knows it. Keep its `toJSON()`: that tells the job from a later one of the same id.
   * @returns undefined where neither knows the id.
   * @throws OptionsError for what is no id; SlurmCommandError where their answer is not certain.
   */
  find(id: string, options?: Cancellable): Promise<Job | undefined>;
}
