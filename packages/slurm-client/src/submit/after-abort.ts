import { onAbort, type Cancellable, type Clock } from "@hpckit/core";
import { afterAWhile } from "../concurrency/after-a-while.js";

/**
 * Who gave up when a job may have been queued is kept waiting for so long at most by the withdrawal of what was not claimed, and for as long by a look
 * for what was: what was not sent is known for certain then, and a job that is found by then can be cancelled.
 */
export const longestAfterAbortMs = 2000;

/** A signal that fires so long after another, for what may soon be known. */
export function soonAfterAbort(clock: Clock, { signal }: Cancellable): { readonly signal: AbortSignal; readonly stop: () => void } {
  const late = new AbortController();
  const stops: (() => void)[] = [];
  stops.push(onAbort(signal, () => stops.push(afterAWhile(clock, longestAfterAbortMs, () => late.abort(signal?.reason)))));
  return { signal: late.signal, stop: () => stops.forEach((stop) => stop()) };
}
