import { AbortedError, HpckitError, onAbort, TimeoutError, type Cancellable } from "@hpckit/core";
import { limitTimer } from "./limit-timer.js";

/** The one way in which a call is ended before its time; the signal's reason is the error to throw. */
export interface Stopping extends Disposable {
  readonly signal: AbortSignal;
  /** Ends the call with an error of its own, thrown as it is. */
  stop(error: Error): void;
  /** Rejects with the reason. */
  readonly stopped: Promise<never>;
}

export interface StoppingOptions extends Cancellable {
  readonly timeoutMs?: number | undefined;
  /** Fires when the transport is closed; its reason is thrown. */
  readonly closing?: AbortSignal | undefined;
}

/** What a time limit ends something with. */
export const notDone = (label: string, timeoutMs: number): TimeoutError => new TimeoutError(`${label}: not done after ${timeoutMs} ms`, { detail: { timeoutMs } });

/** Joins the caller's signal, the time limit, and the end of the transport. */
export function stopping(label: string, { signal, timeoutMs, closing }: StoppingOptions): Stopping {
  const controller = new AbortController();
  const timer = timeoutMs === undefined ? undefined : limitTimer(timeoutMs, () => controller.abort(notDone(label, timeoutMs)));
  // Joined in a signal of this call's own: a caller may use one signal for a hundred calls.
  const ended = AbortSignal.any([signal, closing].filter((each) => each !== undefined));
  const end = (): void => controller.abort(closing?.aborted === true ? closing.reason : new AbortedError(`${label}: aborted by the caller`, { cause: signal?.reason }));
  if (ended.aborted) end();
  else ended.addEventListener("abort", end, { once: true });
  const stopped = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(controller.signal.reason as Error);
    if (controller.signal.aborted) refuse();
    else controller.signal.addEventListener("abort", refuse, { once: true });
  });
  stopped.catch(() => undefined);
  return {
    signal: controller.signal,
    stop: (error) => controller.abort(error),
    stopped,
    [Symbol.dispose]() {
      clearTimeout(timer);
      ended.removeEventListener("abort", end);
    },
  };
}

/** Waits for work, or throws the signal's reason. Leaves no listener behind, however long the signal lives. */
export async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  let stopListening: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stopListening = onAbort(signal, () => reject(reasonOf(signal)));
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    stopListening();
  }
}

const reasonOf = ({ reason }: AbortSignal): Error => (reason instanceof HpckitError ? reason : new AbortedError("aborted by the caller", { cause: reason }));
