export type { JobUsage } from "./accounting/usage.js";
export type { ClusterFacts } from "./cluster/cluster-facts.js";
export type { Partition } from "./cluster/partition.js";
export type { SlurmVersion } from "./cluster/slurm-version.js";
export { ControllerUnreachableError, SlurmCommandError, SlurmError, SlurmMissingError } from "./error/slurm-error.js";
export {
  InvalidAccountError,
  InvalidPartitionError,
  InvalidQosError,
  LimitExceededError,
  NotSatisfiableError,
  SubmissionError,
  type SubmissionErrorOptions,
  type SubmissionOutcome,
} from "./error/submission-errors.js";
export type { JobReference } from "./job/job-reference.js";
export type { Job, LogOptions } from "./job/job.js";
export type { Outcome, OutcomeEvidence, OutcomeFacts, OutcomeKind, TaskOutcome } from "./outcome/outcome.js";
export { connectSite, type ConnectSiteOptions } from "./site/connect-site.js";
export type { SlurmSite, UnreachableCluster } from "./site/site.js";
export { connectSlurm, type ConnectSlurmOptions } from "./slurm/connect-slurm.js";
export type { PrepareOptions, Slurm } from "./slurm/slurm.js";
export type { ArrayTasks, ArrayTasksInput } from "./spec/array-tasks.js";
export type { Dependency, DependencyInput, DependencyJob } from "./spec/dependency.js";
export type { GpuRequest, JobSpec, JobSpecFields, JobSpecInput, NodeRange } from "./spec/job-spec.js";
export type { JobState, JobStateFlag, JobStateName } from "./state/job-state.js";
export { step, type StepOptions } from "./step/step.js";
export type { SubmissionPlan } from "./submit/submission-plan.js";
export type { JobEvent } from "./watch/job-event.js";
export type { Patience, PatienceInput } from "./watch/patience.js";
