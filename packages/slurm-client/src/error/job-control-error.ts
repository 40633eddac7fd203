import type { ErrorOptions } from "@hpckit/core";
import type { ControlProblem } from "../control/control-problem.js";
import { SlurmError } from "./slurm-error.js";

/**
 * Slurm did not do with a job what it was told. `problem` says why, the message what is allowed instead. Only `busy` is worth
 * another try as it is.
 */
export class JobControlError extends SlurmError {
  static {
    this.prototype.name = "JobControlError";
  }

  readonly problem: ControlProblem;

  constructor(problem: ControlProblem, message: string, options: ErrorOptions = {}) {
    super(`job-${problem}`, message, { retryable: problem === "busy", ...options, detail: { problem, ...options.detail } });
    this.problem = problem;
  }
}
