import { excerptOf } from "../text/excerpt.js";
import type { ExecResult } from "../transport/transport.js";
import { HpckitError, type ErrorOptions } from "./hpckit-error.js";

/** What went wrong between here and the machine over there. */
export type TransportFault =
  | "connection-refused"
  | "connection-lost"
  | "host-key-refused"
  | "authentication-failed"
  | "reply-incomplete"
  | "noise"
  | "output-too-large"
  | "file-not-found"
  | "file-exists"
  | "permission-denied"
  | "disk-full"
  | "digest-mismatch"
  | "file-failed"
  | "not-supported";

const retryableFaults: ReadonlySet<TransportFault> = new Set(["connection-refused", "connection-lost", "reply-incomplete"]);

/**
 * A connection or a file operation failed. `code` is the {@link TransportFault}.
 *
 * `connection-lost` and `reply-incomplete` say nothing about whether the command ran: its outcome is unknown.
 */
export class TransportError extends HpckitError {
  static {
    this.prototype.name = "TransportError";
  }

  declare readonly code: TransportFault;

  constructor(fault: TransportFault, message: string, options: ErrorOptions = {}) {
    super(fault, message, { retryable: retryableFaults.has(fault), ...options });
  }
}

/** A command ran and ended badly, where the caller asked for success. */
export class CommandFailedError extends HpckitError {
  static {
    this.prototype.name = "CommandFailedError";
  }

  readonly result: ExecResult;

  constructor(result: ExecResult, options: ErrorOptions = {}) {
    const end = result.signal !== undefined ? `signal ${result.signal}` : result.exitCode === undefined ? "it failed; by an exit status or a signal is not known" : `exit status ${result.exitCode}`;
    const said = result.stderr.trim() === "" ? result.stdout.trim() : result.stderr.trim();
    super("command-failed", `${result.argv[0] ?? "command"}: ${end}${said === "" ? "" : `: ${excerptOf(said, 2000)}`}`, {
      ...options,
      detail: { exitCode: result.exitCode, signal: result.signal, ...options.detail },
    });
    this.result = result;
  }
}
