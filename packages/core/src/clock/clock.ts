import { onAbort } from "../abort/on-abort.js";
import { AbortedError } from "../error/errors.js";
import { longestTimerMs } from "./longest-timer.js";

/** Time as a dependency, so that tests decide how fast it passes. */
export interface Clock {
  /** Milliseconds since the epoch: for times that other clocks are compared with. It jumps when the time of day is set. */
  now(): number;
  /** Milliseconds since some moment, which go on evenly when the time of day is set: for how long something has taken or is to wait. */
  monotonic(): number;
  /**
   * @param milliseconds - how long to wait, be it months; `Infinity` waits for the signal.
   * @param options - `unref`: whether the process may end during the sleep; by default that keeps it alive. @see Node.js, `timeout.unref()`
   * @throws {@link AbortedError} as soon as the signal fires.
   */
  sleep(milliseconds: number, options?: { readonly signal?: AbortSignal | undefined; readonly unref?: boolean | undefined }): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, { signal, unref = false } = {}) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        clearTimeout(timer);
        reject(new AbortedError("the wait was aborted", { cause: signal?.reason }));
      };
      let left = milliseconds;
      let timer: NodeJS.Timeout;
      const wait = (): void => {
        const next = Math.min(left, longestTimerMs);
        left -= next;
        timer = setTimeout(left > 0 ? wait : end, next);
        if (unref) timer.unref();
      };
      const end = (): void => {
        stopListening();
        resolve();
      };
      wait();
      const stopListening = onAbort(signal, abort);
    }),
};
