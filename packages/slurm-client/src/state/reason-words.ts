import type { ExceededLimit, JobReasonKind, ReasonRow } from "./job-reason.js";

const row = (kind: JobReasonKind, passesByItself: ReasonRow["passesByItself"], explanation: string, nextStep?: string): ReasonRow => ({ kind, passesByItself, explanation, nextStep });

const limited = (limit: ExceededLimit, passesByItself: ReasonRow["passesByItself"], explanation: string, nextStep?: string): ReasonRow => ({ ...row("limit", passesByItself, explanation, nextStep), limit });

const partitionLimit = (name: string): ExceededLimit => ({ of: "partition", name, resource: undefined });
const unnamed = (of: ExceededLimit["of"]): ExceededLimit => ({ of, name: undefined, resource: undefined });

const burstBuffer = row("preparing", "yes", "files are being brought to the burst buffer");
const askAdministrator = "ask an administrator";

/**
 * Every word that Slurm 22.05 to 26.05 has for a reason, but for those of limits, which are composed (see `limit-reason.ts`).
 * @see Slurm 24.05 to 26.05, src/common/job_state_reason.c; before, src/common/slurm_protocol_defs.c; squeue(1), JOB REASON CODES
 */
export const reasonWords: Readonly<Record<string, ReasonRow>> = {
  // In line.
  Priority: row("priority", "yes", "jobs of higher priority are before it"),
  Resources: row("resources", "yes", "it is next, and waits for resources that are in use"),
  Licenses: row("licences", "yes", "licences it asked for are in use, or reserved"),
  MpiPortsBusy: row("resources", "yes", "the ports reserved for MPI are in use on the nodes"),
  NvidiaImexChannels: row("resources", "yes", "the NVIDIA IMEX channels are in use"),
  MaxPoweredUpNodes: row("nodes", "yes", "as many nodes are powered up as the site allows"),
  PowerNotAvail: row("resources", "perhaps", "there is not enough power for it (until 23.11)"),
  PowerReserved: row("resources", "yes", "the power for it is reserved for other jobs (until 23.11)"),
  FedJobLock: row("scheduling", "yes", "the clusters of the federation are agreeing which of them starts it"),

  // As it was asked to.
  Dependency: row("dependency", "yes", "a job that it depends on has not got there"),
  DependencyNeverSatisfied: row("dependency", "no", "a job that it depends on has ended otherwise than it was asked to", "cancel it, or change its dependency"),
  BeginTime: row("begin-time", "yes", "the time to begin has not come; a job that was queued again waits two minutes"),
  JobArrayTaskLimit: row("array-limit", "yes", "as many tasks of its array run as may at once"),

  // Held.
  JobHeldUser: row("held", "no", "its owner holds it, or Slurm does after a failure", "release it (scontrol release)"),
  JobHeldAdmin: row("held", "no", "an administrator holds it", "ask the administrator: its owner cannot release it"),
  JobHoldMaxRequeue: row("held", "no", "it was queued again too often (MaxBatchRequeue), as when a node cannot launch it", "look at the nodes it was on, then release it"),

  // Limits that are no composed words.
  PartitionNodeLimit: limited(partitionLimit("MaxNodes"), "no", "it asks for more nodes than its partition allows or has up", "ask for fewer nodes, or another partition"),
  PartitionTimeLimit: limited(partitionLimit("MaxTime"), "perhaps", "it asks for more time than its partition allows; it starts if it has a least time (--time-min) that is allowed", "ask for less time, or another partition"),
  MaxMemPerLimit: limited(partitionLimit("MaxMemPerNode or MaxMemPerCPU"), "no", "it asks for more memory than the partition or the cluster allows", "ask for less memory per node or CPU"),
  AccountingPolicy: limited(unnamed("accounting"), "perhaps", "a limit of its QOS or association is reached"),
  AssociationJobLimit: limited(unnamed("association"), "yes", "as many jobs of the association are running as may"),
  AssociationResourceLimit: limited(unnamed("association"), "perhaps", "the association uses as much of some resource as it may"),
  AssociationTimeLimit: limited(unnamed("association"), "perhaps", "the association has used as much time as it may"),
  QOSJobLimit: limited(unnamed("qos"), "yes", "as many jobs of the QOS are running as may"),
  QOSResourceLimit: limited(unnamed("qos"), "perhaps", "the QOS uses as much of some resource as it may"),
  QOSTimeLimit: limited(unnamed("qos"), "perhaps", "the QOS has used as much time as it may"),
  QOSUsageThreshold: limited({ of: "qos", name: "UsageThreshold", resource: undefined }, "perhaps", "the fair share of the association is below what its QOS demands", "wait for the usage to decay, or use another QOS"),

  // Not available.
  Reservation: row("reservation", "yes", "its reservation has not begun, or is full"),
  ReservationDeleted: row("reservation", "no", "its reservation was deleted, and Slurm holds it", "take the reservation from the job, then release it"),
  ReservationInvalid: row("reservation", "no", "its reservation does not exist any more, or is closed to it", "take the reservation from the job, then release it"),
  ReqNodeNotAvail: row("nodes", "perhaps", "a node that it needs is down, drained, reserved or powered off", "wait, or name no nodes"),
  NodeDown: row("failure", "no", "a node of its allocation failed"),
  FrontEndDown: row("nodes", "perhaps", "no front-end node is available (until 24.11)"),
  PartitionDown: row("partition", "perhaps", "its partition is down: it starts no jobs", "wait, or move it to another partition"),
  PartitionInactive: row("partition", "perhaps", "its partition is inactive: it takes and starts no jobs", "wait, or move it to another partition"),
  // 22.05 shows it also of a job with a least time, until the scheduler has looked at it once.
  PartitionConfig: row("impossible", "perhaps", "it asks for what its partition is not made for, e.g. more nodes or CPUs than that has", "ask for less, or another partition"),

  // Not allowed.
  AccountNotAllowed: row("not-allowed", "no", "its account may not use the partition", "use another account or partition"),
  InvalidAccount: row("not-allowed", "no", "its account does not exist any more, or is not its owner's", "use another account"),
  InvalidQOS: row("not-allowed", "no", "its QOS does not exist any more, or its account may not use it", "use another QOS"),
  QOSNotAllowed: row("not-allowed", "no", "its QOS may not be used in the partition", "use another QOS or partition"),

  // Impossible.
  BadConstraints: row("impossible", "no", "no nodes satisfy its constraints", "change its constraints, then release it"),
  Constraints: row("nodes", "perhaps", "no nodes satisfy its constraints now"),
  BlockMaxError: row("failure", "perhaps", "a block of an IBM BlueGene failed (22.05)"),
  BlockFreeAction: row("preparing", "yes", "a block of an IBM BlueGene is being freed (22.05)"),

  // Being made ready.
  Prolog: row("preparing", "yes", "the site's prolog runs on its nodes"),
  Cleaning: row("preparing", "yes", "what its last run left is being cleaned up, before it runs again"),
  BurstBufferResources: row("resources", "yes", "there is no room in the burst buffer"),
  BurstBufferStageIn: burstBuffer,
  BurstBufferOperation: row("failure", "no", "an operation on its burst buffer failed", askAdministrator),

  // How it ended.
  DeadLine: row("ended", "no", "it could not end before its deadline"),
  SchedDefer: row("ended", "no", "it had to start at once (--immediate), and the site starts no job when it is submitted", "submit it without --immediate"),
  InactiveLimit: row("ended", "no", "nobody used the allocation for as long as the site allows (InactiveLimit)"),
  JobLaunchFailure: row("failure", "no", "it could not be launched (node, prolog, file); 22.05 says so of every job that a signal ended", "look at its exit code and log; ask an administrator if it happens again"),
  NonZeroExitCode: row("ended", "no", "it ended with an exit code other than 0"),
  OutOfMemory: row("ended", "no", "it took more memory than it had", "ask for more memory"),
  RaisedSignal: row("ended", "no", "a signal ended it; number 53 stands for an output file that could not be opened"),
  SystemFailure: row("failure", "no", "Slurm itself failed", askAdministrator),
  TimeLimit: row("ended", "no", "it ran into its time limit", "ask for more time"),
};

/**
 * Sentences that Slurm writes instead of a word, most specific first.
 * @see Slurm 22.05 and 26.05, `state_desc` in src/slurmctld: node_scheduler.c, job_scheduler.c, job_mgr.c, reservation.c, acct_policy.c
 */
export const reasonSentences: readonly (readonly [RegExp, ReasonRow])[] = [
  [/^ReqNodeNotAvail, Reserved for maintenance/, row("maintenance", "yes", "it would not end before a maintenance of nodes that it needs begins", "ask for so little time that it ends before, or wait")],
  [/^ReqNodeNotAvail, UnavailableNodes:/, row("nodes", "perhaps", "nodes that it needs are down or drained", "wait, or name no nodes")],
  [/^ReqNodeNotAvail, May be reserved for other job/, row("nodes", "yes", "nodes that it needs are held free for another job or a reservation")],
  [/^Nodes required for job are DOWN, DRAINED or reserved/, row("nodes", "perhaps", "nodes that it needs are down, drained, or reserved for jobs of partitions with higher priority", "wait, or ask for other nodes")],
  [/^launch failed requeued held/, row("held", "no", "it could not be launched (prolog, node), was queued again, and is held", "have the node looked at, then release it")],
  [/^launch failure limit exceeded requeued held/, row("held", "no", "it could not be launched, was queued again too often (MaxBatchRequeue), and is held", "have the nodes looked at, then release it")],
  [/^user env retrieval failed requeued held/, row("held", "no", "the login environment (--get-user-env, --export=NONE) could not be had on the node, and it is held", "release it, or submit it without --get-user-env")],
  [/^job requeued in (?:held|special exit) state/, row("held", "no", "it was queued again to be held", "release it when its cause is mended")],
  [/^Reservation .* was deleted/, row("reservation", "no", "its reservation was deleted, and Slurm holds it", "take the reservation from the job, then release it")],
  [/^Reservation .* is invalid/, row("reservation", "no", "its reservation cannot be used by it (any more)", "take the reservation from the job, then release it")],
  [/^Reservation .* has ended/, row("ended", "no", "the reservation that it ran in has ended")],
  [/(?:account|uid \d+) not (?:permitted|in group permitted) to use this partition/i, row("not-allowed", "no", "its account or group may not use the partition", "use another account or partition")],
  [/QOS not permitted to use this partition/i, row("not-allowed", "no", "its QOS may not be used in the partition", "use another QOS or partition")],
  [/^Job is at or exceeds QOS/, limited(unnamed("qos"), "perhaps", "it ran, or would run, into a limit of its QOS on used time")],
  [/^Job is at or exceeds association/, limited(unnamed("association"), "perhaps", "it ran, or would run, into a limit of its association on used time")],
  [/^burst buffer\/\w+: Stage-out in progress/, row("preparing", "yes", "it has ended, and its files are being brought out of the burst buffer")],
  [/^burst buffer/i, row("failure", "perhaps", "its burst buffer is not ready, or failed")],
  [/^Unable to load job (?:batch script|environment)/, row("failure", "no", "the controller has lost its script or environment", "submit it again")],
  [/^Memory resize to .* failed on node/, row("failure", "no", "its memory could not be changed on a node")],
];
