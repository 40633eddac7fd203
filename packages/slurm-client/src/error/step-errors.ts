import type { ErrorOptions } from "@hpckit/core";
import type { Outcome } from "../outcome/outcome.js";
import { SlurmError } from "./slurm-error.js";

/** The allocation has ended, and with it the step. What of its work was done is not known. `outcome` says how it ended. */
export class AllocationLostError extends SlurmError {
  static {
    this.prototype.name = "AllocationLostError";
  }

  readonly outcome: Outcome;

  constructor(jobId: string, outcome: Outcome, options: ErrorOptions = {}) {
    super("allocation-lost", `the allocation ${jobId} has ended: ${outcome.kind}; a new one is needed for further steps`, { ...options, detail: { jobId, kind: outcome.kind, ...options.detail } });
    this.outcome = outcome;
  }
}

/**
 * srun could start no step: the job has not what it asked for, or not now (then it is `retryable`). Nothing of the command ran. `said` is srun's word
 * for it; the message says what can be done.
 */
export class StepRefusedError extends SlurmError {
  static {
    this.prototype.name = "StepRefusedError";
  }

  readonly said: string;

  constructor(jobId: string, said: string, advice: string, options: ErrorOptions = {}) {
    super("step-refused", `no step was started in job ${jobId}: ${said}; ${advice}`, { ...options, detail: { jobId, said, ...options.detail } });
    this.said = said;
  }
}

/** There is no such step that can be attached to now. `code` says why; `running` lists the steps that there are. */
export class StepUnavailableError extends SlurmError {
  static {
    this.prototype.name = "StepUnavailableError";
  }

  readonly running: readonly string[];

  constructor(code: "step-not-found" | "step-not-attachable", message: string, running: readonly string[], options: ErrorOptions = {}) {
    super(code, message, { ...options, detail: { running, ...options.detail } });
    this.running = running;
  }
}

/** A file is not on every node of an allocation. `nodes` has what was said of each that lacks it, as far as something was. */
export class BroadcastError extends SlurmError {
  static {
    this.prototype.name = "BroadcastError";
  }

  readonly nodes: Readonly<Record<string, string>>;

  constructor(message: string, nodes: Readonly<Record<string, string>>, options: ErrorOptions = {}) {
    const named = Object.entries(nodes).map(([node, why]) => `${node}: ${why}`).join("; ");
    super("broadcast-failed", named === "" ? message : `${message}: ${named}`, { ...options, detail: { nodes, ...options.detail } });
    this.nodes = nodes;
  }
}
