import { HpckitError, type ErrorOptions } from "@hpckit/core";

export type InstanceFault =
  /** One of that name runs, and was started with something else, or not by us. It was left alone. */
  | "instance-differs"
  /** The engine could not start it. `detail.reason` has its words; nothing is left of it. */
  | "instance-not-started"
  /** What started it was ended by a signal, and the engine may go on with it. Starting it again finds it, or starts it: `retryable`. */
  | "instance-start-interrupted"
  /** The engine lost something of what it was given. It was stopped again. */
  | "instance-lost-data"
  /** Something of it is still there. */
  | "instance-not-stopped";

/** An instance could not be started or stopped. */
export class InstanceError extends HpckitError {
  static {
    this.prototype.name = "InstanceError";
  }

  declare readonly code: InstanceFault;

  constructor(code: InstanceFault, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}
