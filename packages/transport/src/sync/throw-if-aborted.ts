import { AbortedError } from "@hpckit/core";

/** Between two things that are done on this machine. */
export function throwIfAborted(what: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortedError(`${what}: aborted by the caller`, { cause: signal.reason });
}
