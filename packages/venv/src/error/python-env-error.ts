import { HpckitError, type ErrorOptions } from "@hpckit/core";

export type PythonEnvFault =
  /** The interpreter is not there. */
  | "python-missing"
  /** The interpreter has neither ensurepip nor pip. */
  | "pip-missing"
  /** The root cannot be written. */
  | "root-not-writable"
  /** pip installed nothing. */
  | "install-failed"
  /** What pip installed does not fit together. */
  | "check-failed"
  /** No environment is where one was said to be. */
  | "environment-missing"
  /** The interpreter that an environment stands on is not there, or is another. */
  | "base-missing"
  /** The interpreter that an environment stands on is the host's own, and cannot be brought into a container. */
  | "base-not-mountable"
  /** The build ended in a way that none of these tells. */
  | "build-failed";

/** An environment could not be built. Nothing stands under its name. */
export class PythonEnvError extends HpckitError {
  static {
    this.prototype.name = "PythonEnvError";
  }

  declare readonly code: PythonEnvFault;

  constructor(code: PythonEnvFault, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}
