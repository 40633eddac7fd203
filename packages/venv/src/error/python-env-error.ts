import { HpckitError, type ErrorOptions } from "@hpckit/core";

export type PythonEnvFault =
  /** The interpreter is not there. */
  | "python-missing"
  /** The interpreter has neither ensurepip nor pip, and there is no uv. */
  | "pip-missing"
  /** uv was asked for, and is not there. */
  | "uv-missing"
  /** The root cannot be written. */
  | "root-not-writable"
  /** No package index answered. */
  | "index-unreachable"
  /** No version of something that is required is there, or versions that are required exclude each other. */
  | "no-matching-distribution"
  /** An archive is another than the requirements say. */
  | "hash-mismatch"
  /** Hashes are required, and a requirement has none. */
  | "hash-missing"
  /** A package that has no wheel could not be made into one. */
  | "package-build-failed"
  /** No room, or no quota of bytes or of files. */
  | "disk-full"
  /** A signal ended it, as a limit of memory does. */
  | "killed"
  /** Nothing was installed, for another reason of the installer's. */
  | "install-failed"
  /** What was installed does not fit together. */
  | "check-failed"
  /** A module of `verify` cannot be imported. */
  | "import-failed"
  /** The build ended in a way that none of these tells. */
  | "build-failed"
  /** No environment that is whole is where one was said to be. */
  | "environment-missing"
  /** The interpreter that an environment stands on is not there, or is another. */
  | "base-missing"
  /** The interpreter that an environment stands on is the host's own, and cannot be brought into a container. */
  | "base-not-mountable"
  /** How the environment was built left nothing to make a lock of. */
  | "lock-unknown"
  /** No file could be made of an environment. */
  | "pack-failed";

/** An environment could not be built, or is not there. Nothing stands half-made under its name. */
export class PythonEnvError extends HpckitError {
  static {
    this.prototype.name = "PythonEnvError";
  }

  declare readonly code: PythonEnvFault;

  constructor(code: PythonEnvFault, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}
