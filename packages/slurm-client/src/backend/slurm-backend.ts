import type { Cancellable } from "@hpckit/core";
import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { ArchivedDetail } from "../accounting/archived-detail.js";
import type { ClusterTopic, Survey } from "../inspect/survey.js";
import type { JobPriority } from "../priority/job-priority.js";
import type { StartEstimate } from "../priority/start-estimate.js";
import type { TrialStart, TrialSubmission } from "../priority/trial-start.js";
import type { JobAction, JobTarget } from "../control/job-action.js";
import type { ControlReply } from "../control/parse-control-reply.js";
import type { JobDetail } from "../job/job-detail.js";
import type { HistoryFilter, ListFilter } from "../jobs/job-filter.js";
import type { JobRecord, JobSummary } from "../jobs/job-summary.js";
import type { QueueRow } from "../queue/parse-queue.js";
import type { UsageQuery, UsageRows } from "../usage/query-usage.js";
import type { MarkedJob } from "../submit/marked-jobs.js";
import type { RestFacts } from "../rest/rest-facts.js";
import type { SubmissionWay } from "../rest/submit/submission-way.js";
import type { PlacedJobSpec } from "../submit/sbatch-arguments.js";
import type { SubmitAnswer } from "../submit/submit-frames.js";
import type { SubmitRequest } from "../submit/submit-request.js";

export interface SubmitRequestsOptions extends Cancellable {
  /** Folder over there in which attempts are claimed and recorded. */
  readonly claimFolder: string;
  /** Told of each request, as soon as its answer is whole. */
  readonly onAnswer: (answer: SubmitAnswer, index: number) => void;
}

/**
 * How one cluster is asked and told: by its command line, or over slurmrestd. Both give the same types; all rules about jobs
 * (what an absence means, when something is believed) stand above it, once.
 *
 * Every method throws where the answer is not certain. Then nothing is known: an error is never evidence about a job.
 */
export interface SlurmBackend {
  /** How slurmrestd is used; undefined where it is not. */
  readonly rest: RestFacts | undefined;

  /**
   * Asks the controller once for any number of jobs; those that ended lately are included. A job that it does not know has no row.
   * @param ids - of jobs and array jobs; none asks for none.
   */
  queue(ids: readonly string[], options?: Cancellable): Promise<readonly QueueRow[]>;

  /** Asks accounting once for the newest record of any number of jobs. */
  accounting(ids: readonly string[], options?: Cancellable): Promise<readonly AccountingRecord[]>;

  /**
   * Asks the cluster about itself, in one round trip where the way there allows it. Unlike the other methods it throws only if nothing
   * could be asked: what has no certain answer is an error in the answer's place.
   */
  survey<Topic extends ClusterTopic>(topics: readonly Topic[], options?: Cancellable): Promise<Survey<Topic>>;

  /** Asks what makes up the priority of pending jobs, each task of an array by itself; others have no row. @param ids - none asks for all pending jobs of the user. */
  priorities(ids: readonly string[], options?: Cancellable): Promise<readonly JobPriority[]>;

  /** Asks when pending jobs are expected to start, each task of an array by itself; others have no row. @param ids - none asks for none. */
  startEstimates(ids: readonly string[], options?: Cancellable): Promise<readonly StartEstimate[]>;

  /** Asks when a job would start, and queues nothing. */
  tryStart(submission: TrialSubmission, options?: Cancellable): Promise<TrialStart>;
  /** Asks accounting, and where `live` the nodes, once for what jobs and their steps used. */
  usage(ids: readonly string[], query: UsageQuery): Promise<UsageRows>;

  /** Asks the controller once for what it knows of jobs beyond their state. A job that it does not know has no row. */
  details(ids: readonly string[], options?: Cancellable): Promise<readonly JobDetail[]>;

  /** Asks accounting once for what is left of that. */
  archivedDetails(ids: readonly string[], options?: Cancellable): Promise<readonly ArchivedDetail[]>;

  /**
   * Tells Slurm to do one thing with jobs; none is told nothing.
   * @returns a reply for each target, in order.
   */
  control(action: JobAction, targets: readonly JobTarget[], options?: Cancellable): Promise<readonly ControlReply[]>;

  /**
   * Claims, queues and records jobs, one after the other; each request's attempt is made by one caller only.
   *
   * Guarantees: resolved ⇒ `onAnswer` was told of every request. Rejected ⇒ nothing is known of those that it was not told of.
   */
  submit(requests: readonly SubmitRequest[], options: SubmitRequestsOptions): Promise<void>;

  /** By which way a job will be submitted. Pure. */
  way(spec: PlacedJobSpec): SubmissionWay;

  /** Asks the controller once for the jobs of this user that have these marks; those that ended lately are included. */
  markedInQueue(marks: readonly string[], options?: Cancellable): Promise<readonly MarkedJob[]>;

  /** Asks accounting once for the jobs of this user that have these marks, submitted since a time (seconds since the epoch). */
  markedInAccounting(marks: readonly string[], sinceSeconds: number, options?: Cancellable): Promise<readonly MarkedJob[]>;

  /** Asks the controller for jobs of anybody. */
  list(filter: ListFilter, options?: Cancellable): Promise<readonly JobSummary[]>;

  /** Asks accounting for jobs of anybody. */
  history(filter: HistoryFilter, options?: Cancellable): Promise<readonly JobRecord[]>;
}
