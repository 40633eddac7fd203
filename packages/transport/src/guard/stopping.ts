import { AbortedError, TimeoutError, type Cancellable } from "@hpckit/core";

/** The one way in which a call is ended before its time; the signal's reason is the error to throw. */
export interface Stopping extends Disposable {
  readonly signal: AbortSignal;
  stop(error: unknown): void;
  /** Rejects with the reason. */
  readonly stopped: Promise<never>;
}

/** Joins the caller's signal and time limit. */
export function stopping(label: string, { signal, timeoutMs }: Cancellable & { readonly timeoutMs?: number | undefined }): Stopping {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new AbortedError(`${label}: aborted by the caller`, { cause: signal?.reason }));
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => controller.abort(new TimeoutError(`${label}: not done after ${timeoutMs} ms`, { detail: { timeoutMs } })), timeoutMs);
  if (signal?.aborted === true) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  const stopped = rejection(controller.signal);
  return {
    signal: controller.signal,
    stop: (error) => controller.abort(error),
    stopped,
    [Symbol.dispose]() {
      clearTimeout(timer);
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
