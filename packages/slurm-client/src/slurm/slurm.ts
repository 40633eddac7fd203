import type { Cancellable, LiveWork } from "@hpckit/core";
import type { CheckFinding } from "../check/check-finding.js";
import type { Allocation, AllocateOptions, AllocationSpec, LeaseOptions, RunningStep, RunOptions, RunSpec } from "../allocation/allocation.js";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { ClusterInspection } from "../inspect/cluster-inspection.js";
import type { JobSetControls } from "../control/job-set.js";
import type { FilteredOrders } from "../control/jobs-where.js";
import type { Job } from "../job/job.js";
import type { JobLists } from "../jobs/job-lists.js";
import type { JobReference } from "../job/job-reference.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { ForgetSetsResult } from "../set/forget-sets.js";
import type { SubmitSetOptions, TaskSet, TaskSetInput, TaskSetPlan, TaskSetReference } from "../set/task-set.js";
import type { ForgetOptions } from "../submit/forget-options.js";
import type { Submissions } from "../submit/submissions.js";
import type { SubmissionPlan } from "../submit/submission-plan.js";

export interface PrepareOptions extends Cancellable {
  /** Told what layers of the launch do while they are resolved: an image that is pulled, an environment that is built. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

export interface SubmitOptions extends PrepareOptions {
  /**
   * What the caller calls this piece of work. The same key never runs twice: submitted again, from any process or login host, also after its
   * end, it gives the handle of the first job. By default a random one. 1 to 200 characters.
   */
  readonly key?: string | undefined;
  /** Keeps the keys of two programs of one user apart; by default empty. */
  readonly namespace?: string | undefined;
}

export interface SubmitAllOptions extends PrepareOptions {
  /** Gives the key of each; where it gives none, a random one is taken. */
  readonly key?: ((spec: JobSpecInput, index: number) => string | undefined) | undefined;
  readonly namespace?: string | undefined;
  /** Told of each as soon as it is known what became of it, in any order. */
  readonly onResult?: ((result: SubmissionResult, index: number) => void) | undefined;
}

/** What became of one of many submissions. */
export type SubmissionResult = { readonly kind: "job"; readonly job: Job } | { readonly kind: "error"; readonly error: unknown };

/** A Slurm cluster, as seen from one login. */
export interface Slurm {
  /** What was found at the time of the connection. */
  readonly cluster: ClusterFacts;

  /** What the cluster says of itself now. */
  readonly inspect: ClusterInspection;

  /**
   * Queues one batch job and returns its handle once the controller has accepted it.
   *
   * Guarantees: of all jobs with one key one runs, whatever is lost, killed or submitted twice. Resolved ⇒ the job exists. Rejected with a
   * {@link SubmissionError} of outcome `not-sent` ⇒ nothing was queued. After a lost reply the job is looked for in its record, in the queue and in
   * accounting; it is submitted again only after all of them have known nothing of it for `patience.settleMs`. Where that cannot be told the
   * outcome is `unknown`, with what a person needs in `detail`: the same key goes on looking, {@link Submissions.resolve} takes a person's word.
   *
   * Calls that come close together are sent together, about once a second.
   * @throws OptionsError for a spec that is wrong in itself, with all that is wrong.
   * @throws SubmissionKeyTakenError if the key belongs to another spec.
   * @throws InvalidPartitionError, InvalidAccountError, InvalidQosError, LimitExceededError, NotSatisfiableError, SubmissionError
   * @see sbatch(1)
   */
  submit(spec: JobSpecInput, options?: SubmitOptions): Promise<Job>;

  /**
   * Says what the cluster will say of a job, before it is submitted: that it is refused, can never start, or waits, and for what; the worst
   * first. Nothing is queued, and no layer of the launch is resolved.
   *
   * Guarantees: what is found is so, as the cluster was when it was asked. Nothing found is no promise: other jobs, plugins of the site,
   * and options without a field are not looked at. What the cluster did not say is a finding of its own, `not-checked`.
   * @throws OptionsError for a spec that is wrong in itself; ControllerUnreachableError if the cluster does not answer at all.
   */
  check(spec: JobSpecInput, options?: Cancellable): Promise<readonly CheckFinding[]>;

  /**
   * Queues many jobs, hundreds in one round trip; each as {@link Slurm.submit} does, with the same guarantees.
   *
   * An abort sends nothing more, and what is known already keeps its result. It is waited, two seconds at most for each, until what was sent and not
   * begun is withdrawn over there, in one round trip (`not-sent`), and then until the one job or two that were just being queued were looked for: a
   * job that is found can be cancelled, of what is not the outcome is `unknown`.
   * @returns for each spec, in order, its job or its error.
   * @throws OptionsError if any spec is wrong in itself: nothing is sent then.
   */
  submitAll(specs: readonly JobSpecInput[], options?: SubmitAllOptions): Promise<readonly SubmissionResult[]>;

  /** What {@link Slurm.submit} would do, as data: the command and the scripts. Queues nothing; resolves the launch's layers. */
  plan(spec: JobSpecInput, options?: SubmitOptions): Promise<SubmissionPlan>;

  /** What {@link Slurm.submitAll} would do. @throws the error of the first that would be refused. */
  planAll(specs: readonly JobSpecInput[], options?: SubmitAllOptions): Promise<readonly SubmissionPlan[]>;

  /**
   * Submits any number of tasks as one set: cut into arrays that Slurm takes, held back while there is no room for them, and submitted again, the
   * failed ones alone, by a rule. With the key of a set that was begun, by this or another process, it goes on where that is.
   *
   * Guarantees: each attempt of each task runs at most once, whoever is killed or sends the set twice. Resolved ⇒ the set is written down in the
   * state folder, and what there is room for has been sent. What is decided (arrays, rounds, the end) is written down before it is done.
   * The set goes on by itself until it is let go, by its disposal or the signal.
   * @throws OptionsError; SubmissionKeyTakenError if the key belongs to another set; LimitExceededError with `budget: "refuse"`; and, if Slurm
   * refuses the first array, as {@link Slurm.submit} does: the key is free then.
   * @example `const set = await slurm.submitSet({ key: "sweep-7", spec, tasks: 100_000, retry: { on: ["out-of-memory", "node-failure"] } }); const { kind } = await set.done();`
   */
  submitSet(input: TaskSetInput, options?: SubmitSetOptions): Promise<TaskSet>;

  /** What {@link Slurm.submitSet} would do with a set that was not begun, as data: its arrays and scripts, what would be held back, what was found. Queues nothing. */
  planSet(input: TaskSetInput, options?: SubmitSetOptions): Promise<TaskSetPlan>;

  /**
   * A set that was begun before, by this or another process, to look at or to cancel. This handle sends nothing: what is held back waits for a
   * process that goes on with {@link Slurm.submitSet}.
   * @throws SlurmError `set-unknown`; OptionsError for a set of another cluster.
   */
  set(reference: TaskSetReference, options?: Cancellable): Promise<TaskSet>;

  /**
   * Removes the records of sets that have ended or were cancelled, and those of their arrays' submissions, by the rules of {@link Submissions.forget}:
   * by default those of which nothing was decided for 30 days; with `dryRun` it only says which. `keys` are those of sets.
   *
   * A set that is forgotten is as if it had never been: submitted again, all of its tasks run again.
   *
   * Guarantees: a set that somebody may go on with stays (a task is held back, runs, or would be submitted again; or it was cancelled within
   * `patience.settleMs`, and another client may still be sending what was held back), and so does one of which Slurm does not know for certain that
   * all of its jobs have ended. Of a set either all records go, or those that say how it ended stay. A client that goes on with a set that is
   * forgotten gets `set-forgotten`, for good. The call can be repeated.
   * @throws OptionsError; ControllerUnreachableError, SlurmCommandError if Slurm gave no certain answer about the jobs.
   * @example const { forgotten, kept } = await slurm.forgetSets({ olderThan: "90d", dryRun: true });
   */
  forgetSets(options?: ForgetOptions): Promise<ForgetSetsResult>;

  /** Submissions by their keys. */
  readonly submissions: Submissions;

  /**
   * What jobs of this account that run and wait use, for whoever prunes environments, images or releases. It is read from their batch scripts: a path counts
   * as used where a script names it, or its folder and then a link. Unknown where Slurm does not answer, and while an interactive job or an
   * allocation is held. Jobs of other accounts are not seen.
   * @example const plan = await planPrune(login, "/shared/venvs", { live: slurm.liveWork });
   */
  readonly liveWork: LiveWork;

  /** Lists of jobs, and orders about many at once. */
  readonly jobs: JobSetControls & JobLists & FilteredOrders;

  /**
   * The handle of a job that was submitted before, by this or another process.
   * @throws OptionsError for a job of another cluster.
   */
  job(reference: JobReference): Job;

  /**
   * The handle of a job of which only the id is known, `12` or `12_4`: the newest that has it, as the controller or else accounting
   * knows it. Keep its `toJSON()`: that tells the job from a later one of the same id.
   * @returns undefined where neither knows the id.
   * @throws OptionsError for what is no id; ControllerUnreachableError, SlurmCommandError where their answer is not certain.
   */
  find(id: string, options?: Cancellable): Promise<Job | undefined>;

  /**
   * Holds nodes for steps, and resolves once they are there. They are held by a lease: see {@link Allocation}. An abort meanwhile gives them up.
   * @example `await using nodes = await slurm.allocate({ time: "1h", nodes: 2 }); const step = await nodes.run(["hostname"]);`
   * @throws as {@link Slurm.submit}; SlurmError `allocation-ended` if it ended before it could be used, `allocation-failed` if the wait for its nodes failed. After
   * that, as after an abort, it is cancelled; `detail` has its job, and whether that could be `cancelled`.
   */
  allocate(spec: AllocationSpec, options?: AllocateOptions): Promise<Allocation>;

  /** Goes on with an allocation of this or another process, from its JSON. */
  allocation(reference: JobReference, options?: LeaseOptions): Promise<Allocation>;

  /**
   * Runs a command now, on nodes of its own, and resolves once it starts. Output, exit code and end as of {@link Allocation.run}; when it has ended, however,
   * the nodes are released. Where the connection breaks, the step ends with srun, or at the latest with the lease.
   * @throws as {@link Slurm.allocate}
   */
  run(spec: RunSpec, options?: RunOptions): Promise<RunningStep>;
}
