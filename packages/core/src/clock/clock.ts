import { AbortedError } from "../error/errors.js";

/** Time as a dependency, so that tests decide how fast it passes. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * @param milliseconds - how long to wait.
   * @throws {@link AbortedError} as soon as the signal fires.
   */
  sleep(milliseconds: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, { signal } = {}) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        clearTimeout(timer);
        reject(new AbortedError("the wait was aborted", { cause: signal?.reason }));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      }, milliseconds);
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort, { once: true });
    }),
};
