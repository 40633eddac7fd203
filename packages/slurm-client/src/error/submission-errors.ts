import type { ErrorOptions } from "@hpckit/core";
import { SlurmError } from "./slurm-error.js";

/**
 * - `not-sent`: nothing was queued; the same call may be made again.
 * - `unknown`: the job may exist. Never repeat it before the queue and accounting were asked.
 */
export type SubmissionOutcome = "not-sent" | "unknown";

export interface SubmissionErrorOptions extends ErrorOptions {
  readonly outcome?: SubmissionOutcome | undefined;
}

/**
 * A submission that gave no job. `outcome` says whether one may exist all the same. Where the controller was away its `code` is
 * `controller-unreachable`, as that of {@link ControllerUnreachableError}.
 */
export class SubmissionError extends SlurmError {
  static {
    this.prototype.name = "SubmissionError";
  }

  readonly outcome: SubmissionOutcome;

  constructor(code: string, message: string, { outcome = "not-sent", ...options }: SubmissionErrorOptions = {}) {
    super(code, message, { ...options, detail: { outcome, ...options.detail } });
    this.outcome = outcome;
  }
}

/** The partition is unknown, or closed to this user. `allowed` lists the open ones. */
export class InvalidPartitionError extends SubmissionError {
  static {
    this.prototype.name = "InvalidPartitionError";
  }

  readonly allowed: readonly string[];

  constructor(message: string, allowed: readonly string[], options: SubmissionErrorOptions = {}) {
    super("invalid-partition", message, { ...options, detail: { allowed, ...options.detail } });
    this.allowed = allowed;
  }
}

/** The account is unknown, or may not be used by this user or in this partition. `allowed` lists those that may. */
export class InvalidAccountError extends SubmissionError {
  static {
    this.prototype.name = "InvalidAccountError";
  }

  readonly allowed: readonly string[];

  constructor(message: string, allowed: readonly string[], options: SubmissionErrorOptions = {}) {
    super("invalid-account", message, { ...options, detail: { allowed, ...options.detail } });
    this.allowed = allowed;
  }
}

/** The quality of service is unknown, or not this user's. `allowed` lists those that may be used. */
export class InvalidQosError extends SubmissionError {
  static {
    this.prototype.name = "InvalidQosError";
  }

  readonly allowed: readonly string[];

  constructor(message: string, allowed: readonly string[], options: SubmissionErrorOptions = {}) {
    super("invalid-qos", message, { ...options, detail: { allowed, ...options.detail } });
    this.allowed = allowed;
  }
}

/** More than a partition, QOS or association allows. `limit` is Slurm's name of it, e.g. `MaxTime`; `retryable` if it passes when other jobs end. */
export class LimitExceededError extends SubmissionError {
  static {
    this.prototype.name = "LimitExceededError";
  }

  readonly limit: string;

  constructor(message: string, limit: string, options: SubmissionErrorOptions = {}) {
    super("limit-exceeded", message, { ...options, detail: { limit, ...options.detail } });
    this.limit = limit;
  }
}

/** No set of nodes of the cluster could ever run this. `resource` says what there is too little of, where Slurm says it. */
export class NotSatisfiableError extends SubmissionError {
  static {
    this.prototype.name = "NotSatisfiableError";
  }

  readonly resource: "memory" | "cpus" | "nodes" | undefined;

  constructor(message: string, resource: "memory" | "cpus" | "nodes" | undefined, options: SubmissionErrorOptions = {}) {
    super("not-satisfiable", message, { ...options, detail: { resource, ...options.detail } });
    this.resource = resource;
  }
}

/** Another spec was submitted under this key before. Nothing was queued. `jobId` is its job's, where that is known. */
export class SubmissionKeyTakenError extends SubmissionError {
  static {
    this.prototype.name = "SubmissionKeyTakenError";
  }

  readonly key: string;
  readonly jobId: string | undefined;

  constructor(message: string, { key, jobId, ...options }: SubmissionErrorOptions & { readonly key: string; readonly jobId: string | undefined }) {
    super("submission-key-taken", message, { ...options, detail: { key, jobId, ...options.detail } });
    this.key = key;
    this.jobId = jobId;
  }
}
