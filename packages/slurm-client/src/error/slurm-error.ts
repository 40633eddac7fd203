import { HpckitError, type ErrorOptions } from "@hpckit/core";

/** What Slurm refused, or what kept us from it. `code` says which. */
export class SlurmError extends HpckitError {
  static {
    this.prototype.name = "SlurmError";
  }
}

/** There is no Slurm on the other side, or its programs were not found. */
export class SlurmMissingError extends SlurmError {
  static {
    this.prototype.name = "SlurmMissingError";
  }

  constructor(message: string, options: ErrorOptions = {}) {
    super("slurm-missing", message, options);
  }
}

/** The controller does not answer now. That says nothing about any job. */
export class ControllerUnreachableError extends SlurmError {
  static {
    this.prototype.name = "ControllerUnreachableError";
  }

  constructor(message: string, options: ErrorOptions = {}) {
    super("controller-unreachable", message, { retryable: true, ...options });
  }
}

/** A program of Slurm ended badly. Never evidence about a job. */
export class SlurmCommandError extends SlurmError {
  static {
    this.prototype.name = "SlurmCommandError";
  }

  constructor(message: string, options: ErrorOptions = {}) {
    super("slurm-command-failed", message, { retryable: true, ...options });
  }
}

/** slurmrestd refused, or gave no answer that can be believed. Never evidence about a job. */
export class SlurmRestError extends SlurmError {
  static {
    this.prototype.name = "SlurmRestError";
  }

  constructor(message: string, options: ErrorOptions = {}) {
    super("slurm-rest-failed", message, { retryable: true, ...options });
  }
}

/** There is no token for slurmrestd, or it takes none of ours. A later one may do. */
export class RestAuthenticationError extends SlurmError {
  static {
    this.prototype.name = "RestAuthenticationError";
  }

  constructor(message: string, options: ErrorOptions = {}) {
    super("rest-authentication-failed", message, { retryable: true, ...options });
  }
}
