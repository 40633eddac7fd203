/** Why Slurm did not do with a job what it was told. */
export type ControlProblem =
  | "permission-denied"
  | "ended"
  | "not-found"
  | "no-answer"
  | "not-running"
  | "not-pending"
  | "not-requeueable"
  | "busy"
  | "held"
  | "priority-fixed"
  | "het-component"
  | "partition"
  | "account"
  | "qos"
  | "reservation"
  | "constraint"
  | "licenses"
  | "dependency"
  | "nodes"
  | "resources"
  | "time-limit"
  | "not-supported"
  | "other";

interface ProblemRow {
  readonly problem: ControlProblem;
  readonly says: RegExp;
}

/**
 * What scontrol and scancel print, special before general.
 * @see Slurm: src/common/slurm_errno.c. Each row was seen on 22.05.8, 24.11.5 and 26.05.5, but those of resources and time
 */
const problems: readonly ProblemRow[] = [
  { problem: "ended", says: /Job has already finished|Job\/step already completing or completed/i },
  { problem: "not-found", says: /Invalid job id specified/i },
  // What scontrol says of everything while the controller is down; but suspend and resume also of an id that is unknown.
  { problem: "no-answer", says: /Unexpected message received/i },
  { problem: "permission-denied", says: /Access\/permission denied|Invalid user id/i },
  { problem: "not-running", says: /Job is pending execution|Job is not running/i },
  { problem: "not-pending", says: /Job is no longer pending execution|Requested operation requires extern step/i },
  { problem: "not-requeueable", says: /Requested operation is presently disabled/i },
  { problem: "busy", says: /can not be altered now, try again later/i },
  { problem: "held", says: /Job is in held state/i },
  { problem: "priority-fixed", says: /Changes to job priority are not persistent/i },
  { problem: "het-component", says: /individual component of heterogeneous job/i },
  { problem: "partition", says: /Invalid partition name specified|partition configuration not available/i },
  { problem: "account", says: /Invalid account or account\/partition combination/i },
  { problem: "qos", says: /Invalid qos specification/i },
  { problem: "reservation", says: /Requested reservation is invalid|Access denied to requested reservation/i },
  { problem: "constraint", says: /Invalid feature specification/i },
  { problem: "licenses", says: /Invalid license specification/i },
  { problem: "dependency", says: /Job dependency problem/i },
  { problem: "nodes", says: /Invalid node name specified/i },
  { problem: "resources", says: /Requested node configuration is not available|Node count specification invalid|Memory specification can not be satisfied|CPU count .*can not be satisfied|Trackable RESource|Invalid generic resource|Invalid GRES specification/i },
  { problem: "time-limit", says: /Requested time limit is invalid|Invalid TimeLimit/i },
  { problem: "not-supported", says: /not supported|Request aborted|Update of ArrayTaskThrottle/i },
];

/** Finds the cause in one message. */
export const findControlProblem = (message: string): ControlProblem => problems.find(({ says }) => says.test(message))?.problem ?? "other";
