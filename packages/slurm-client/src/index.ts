export type { AcceptedJob, AcceptedPart } from "./accepted/accepted-job.js";
export { findDifferences, type AcceptedDifference } from "./accepted/find-differences.js";
export type { Association } from "./association/association.js";
export type { Budget } from "./association/budget.js";
export type { CheckFinding, FindingKind, FindingLimit, FindingSeverity } from "./check/check-finding.js";
export type { ClusterAccounting, ClusterCapabilities, ClusterPlugins } from "./cluster/capabilities.js";
export type { AllocateOptions, Allocation, AllocationSpec, LeaseOptions, RunningStep, RunOptions, RunSpec, RunStepOptions, RunTasksOptions, TasksResult, TaskStream } from "./allocation/allocation.js";
export type { NodeTransportOptions } from "./allocation/node-transport.js";
export type { ClusterFacts } from "./cluster/cluster-facts.js";
export type { License } from "./license/license.js";
export type { AssociationUse, GroupUse, LimitUsage, QosShareUse, QosUse } from "./limit/limit-usage.js";
export type { GroupLimits, JobLimits, SharedLimits } from "./limit/limits.js";
export type { ClusterNode, NodeReason } from "./node/cluster-node.js";
export type { Gres } from "./node/gres.js";
export type { NodeFilter } from "./node/node-filter.js";
export type { NodeBaseState, NodeFlag, NodeState } from "./node/node-state.js";
export type { FairShare } from "./priority/fair-share.js";
export type { JobPriority } from "./priority/job-priority.js";
export type { StartEstimate } from "./priority/start-estimate.js";
export type { TrialStart } from "./priority/trial-start.js";
export type { WaitingPart } from "./priority/waiting-job.js";
export type { Qos } from "./qos/qos.js";
export type { MaintenanceWindow } from "./reservation/maintenance-window.js";
export type { Reservation, ReservationAccess, ReservationFlag } from "./reservation/reservation.js";
export type { LimitUse, Tres, TresUse } from "./tres/tres.js";
export type { Partition, PartitionAccess } from "./partition/partition.js";
export type { Diagnostics, RequestStatistics, SchedulerCycles } from "./diagnostics/diagnostics.js";
export type { SlurmVersion } from "./cluster/slurm-version.js";
export type { ControlResult } from "./control/control.js";
export type { ControlProblem } from "./control/control-problem.js";
export type { SignalName, SignalReceiver } from "./control/job-action.js";
export type { JobUpdate } from "./control/job-update.js";
export type { CancelOptions, JobControls, RequeueOptions, SignalOptions, UpdateOptions } from "./control/job-controls.js";
export type { JobOrderResult, JobSelector, JobSetControls } from "./control/job-set.js";
export type { DryRunOptions, FilteredOrders, FoundJobs, FoundOrderResult, OrderFilter } from "./control/jobs-where.js";
export type { RefusedTasks } from "./control/parse-control-reply.js";
export { JobControlError } from "./error/job-control-error.js";
export { ControllerUnreachableError, RestAuthenticationError, SlurmCommandError, SlurmError, SlurmMissingError, SlurmRestError } from "./error/slurm-error.js";
export { AllocationLostError, BroadcastError, StepRefusedError, StepUnavailableError } from "./error/step-errors.js";
export {
  InvalidAccountError,
  InvalidPartitionError,
  InvalidQosError,
  LimitExceededError,
  NotSatisfiableError,
  SubmissionError,
  SubmissionKeyTakenError,
  type SubmissionErrorOptions,
  type SubmissionOutcome,
} from "./error/submission-errors.js";
export type { ClusterFeatures } from "./inspect/cluster-features.js";
export type { ClusterInspection } from "./inspect/cluster-inspection.js";
export type { HistoryFilter, JobFilter, ListFilter, StateWord } from "./jobs/job-filter.js";
export type { JobLists } from "./jobs/job-lists.js";
export type { JobRecord, JobSummary } from "./jobs/job-summary.js";
export type { JobReference } from "./job/job-reference.js";
export type { Job } from "./job/job.js";
export type { LogOptions, LogPiece } from "./log/job-log.js";
export type { LogStream } from "./log/log-file.js";
export type { BegunSubmission } from "./journal/journal-record.js";
export type { ExitMeaning } from "./outcome/exit-code.js";
export type { ComponentOutcome, Outcome, OutcomeEvidence, OutcomeFacts, OutcomeKind, TaskOutcome } from "./outcome/outcome.js";
export type { IndexRange, IndexRanges } from "./queue/index-ranges.js";
export type { TlsOptions } from "./rest/http/open-connection.js";
export type { RestFacts, RestMatter, RestWay } from "./rest/rest-facts.js";
export type { RestAddress, RestOptions, RestTokenSource } from "./rest/rest-options.js";
export type { ForgetSetsResult, RecordedSet } from "./set/forget-sets.js";
export type { FailedTask, Growth, RetriedKind, RetryRule } from "./set/retry-rule.js";
export type { SetTasksInput, TaskVariables } from "./set/set-tasks.js";
export type {
  GivenUpTask,
  RetriedTasks,
  RetryFailedOptions,
  SentArray,
  SetTask,
  SetTaskEnd,
  SetTaskOutcome,
  SubmitSetOptions,
  TaskSet,
  TaskSetEvent,
  TaskSetInput,
  TaskSetOutcome,
  TaskSetPlan,
  TaskSetProgress,
  TaskSetReference,
  TaskSpecInput,
} from "./set/task-set.js";
export { connectSite, type ConnectSiteOptions } from "./site/connect-site.js";
export type { SiteJob, SiteJobList, SiteJobLists, SiteJobRecord, SiteListOptions } from "./site/site-jobs.js";
export type { SlurmSite, UnreachableCluster } from "./site/site.js";
export type { ConnectSlurmOptions } from "./slurm/connect-options.js";
export { connectSlurm } from "./slurm/connect-slurm.js";
export type { PrepareOptions, Slurm, SubmissionResult, SubmitAllOptions, SubmitOptions } from "./slurm/slurm.js";
export type { ArrayTasks, ArrayTasksInput } from "./spec/array-tasks.js";
export type { DelayedJobInput, Dependency, DependencyConditions, DependencyConditionsInput, DependencyHandle, DependencyInput, DependencyJob, StartedJob } from "./spec/dependency.js";
export type { GresBinding, MemoryBinding, MemoryBindingPlace, TresBinding } from "./spec/binding.js";
export type { CpuDistribution, Distribution } from "./spec/distribution.js";
export type { FileFields } from "./spec/fields/file-fields.js";
export type { GpuFields, GpuFieldsInput } from "./spec/fields/gpu-fields.js";
export type { IdentityFields } from "./spec/fields/identity-fields.js";
export type { MemoryFields, MemoryFieldsInput } from "./spec/fields/memory-fields.js";
export type { MailType, NoticeFields } from "./spec/fields/notice-fields.js";
export type { PlacementFields, PlacementFieldsInput, Switches, SwitchesInput } from "./spec/fields/placement-fields.js";
export type { ProcessorFields } from "./spec/fields/processor-fields.js";
export type { QueueFields, QueueFieldsInput } from "./spec/fields/queue-fields.js";
export type { ProfileKind, ResourceLimit, RunFields, SamplingIntervals } from "./spec/fields/run-fields.js";
export type { ScheduleFields, ScheduleFieldsInput } from "./spec/fields/schedule-fields.js";
export type { Checked } from "./spec/fields/shape.js";
export type { SiteFields, SiteFieldsInput } from "./spec/fields/site-fields.js";
export type { TaskFields, TaskFieldsInput } from "./spec/fields/task-fields.js";
export type { TimeFields, TimeFieldsInput } from "./spec/fields/time-fields.js";
export type { CpuFrequency, CpuFrequencyValue, CpuGovernor, FrequencyLevel, GpuFrequency, GpuFrequencyValue } from "./spec/frequency.js";
export type { GpuRequest, GpuRequestInput, GresRequest, GresRequestInput } from "./spec/generic-resources.js";
export type { HostsInput } from "./spec/hosts.js";
export { componentsOf, type ComponentSpec, type ComponentSpecInput, type ExtraArguments, type JobSpec, type JobSpecInput } from "./spec/job-spec.js";
export type { LicenseRequest, LicenseRequestInput, Licenses, LicensesInput } from "./spec/licenses.js";
export type { MemoryUpdate, MemoryUpdateInput, NodeMemory, NodeMemoryInput } from "./spec/memory.js";
export type { Moment, MomentInput } from "./spec/moment.js";
export type { NodeCount, NodeRange } from "./spec/node-count.js";
export type { NamesInput } from "./spec/plain-values.js";
export type { TresRequest, TresRequestInput } from "./spec/trackable-resources.js";
export type { WarningSignal, WarningSignalName } from "./spec/warning-signal.js";
export { broadcastFile } from "./staging/broadcast-file.js";
export type { AllocationBroadcastOptions, BroadcastOptions, BroadcastResult } from "./staging/broadcast-options.js";
export { nodeLocalFolder, type NodeLocalFolderOptions } from "./staging/node-local-folder.js";
export type { ExceededLimit, JobReason, JobReasonKind } from "./state/job-reason.js";
export type { JobState, JobStateFlag, JobStateName } from "./state/job-state.js";
export type { AttachedEnd, AttachedStep, AttachOptions } from "./step/attached-step.js";
export { byTask, type TaskCommand } from "./step/by-task.js";
export type { CpuBinding, StepOptions } from "./step/step-options.js";
export { step, type StepLayer } from "./step/step.js";
export type { SubmissionWay } from "./rest/submit/submission-way.js";
export type { TaskEnd } from "./step/task-end.js";
export type { TaskLine } from "./step/task-line.js";
export type { SubmissionPlan } from "./submit/submission-plan.js";
export { adviseRequest, type RequestAdvice } from "./usage/advise-request.js";
export type { JobUsage, RequestedResources, RunUsage, StepUsage } from "./usage/job-usage.js";
export type { StepFigures } from "./usage/usage-row.js";
export type { ForgetOptions } from "./submit/forget-options.js";
export type { ForgetResult, RecordedSubmission } from "./submit/forget-submissions.js";
export type { KeptBecause } from "./submit/judge-claims.js";
export type { KeyOptions, KeyState, Submissions } from "./submit/submissions.js";
export type { ConnectServiceOptions, ForwardedService, ForwardServiceOptions, JobService, JobServices, ServiceRoute } from "./tunnel/job-service.js";
export { survivalExitCodes, type CheckpointSignal, type CommandCheckpoint, type SignalCheckpoint, type SurviveLimitOptions } from "./survival/survival-settings.js";
export { surviveLimit } from "./survival/survive-limit.js";
export type { JobEvent } from "./watch/job-event.js";
export type { Patience, PatienceInput } from "./watch/patience.js";
