import { AbortedError, TimeoutError, type Cancellable } from "@hpckit/core";

/** The one way in which a call is ended before its time; the signal's reason is the error to throw. */
export interface Stopping extends Disposable {
  readonly signal: AbortSignal;
  stop(error: unknown): void;
  /** Rejects with the reason. */
  readonly stopped: Promise<never>;
}

export interface StoppingOptions extends Cancellable {
  readonly timeoutMs?: number | undefined;
  /** Fires when the transport is closed; its reason is thrown. */
  readonly closing?: AbortSignal | undefined;
}

/** Joins the caller's signal, the time limit, and the end of the transport. */
export function stopping(label: string, { signal, timeoutMs, closing }: StoppingOptions): Stopping {
  const controller = new AbortController();
  const close = (): void => controller.abort(closing?.reason);
  const abort = (): void => controller.abort(new AbortedError(`${label}: aborted by the caller`, { cause: signal?.reason }));
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => controller.abort(new TimeoutError(`${label}: not done after ${timeoutMs} ms`, { detail: { timeoutMs } })), timeoutMs);
  if (closing?.aborted === true) close();
  else if (signal?.aborted === true) abort();
  closing?.addEventListener("abort", close, { once: true });
  signal?.addEventListener("abort", abort, { once: true });
  const stopped = rejection(controller.signal);
  return {
    signal: controller.signal,
    stop: (error) => controller.abort(error),
    stopped,
    [Symbol.dispose]() {
      clearTimeout(timer);
      closing?.removeEventListener("abort", close);
      signal?.removeEventListener("abort", abort);
    },
  };
}

/** A promise that rejects with the signal's reason, and is never an unhandled rejection. */
export function rejection(signal: AbortSignal): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(signal.reason instanceof Error ? signal.reason : new AbortedError("aborted", { cause: signal.reason }));
    if (signal.aborted) refuse();
    else signal.addEventListener("abort", refuse, { once: true });
  });
  rejected.catch(() => undefined);
  return rejected;
}
