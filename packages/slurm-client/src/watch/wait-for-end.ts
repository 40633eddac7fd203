import { AbortedError, onAbort, type Cancellable } from "@hpckit/core";
import type { Outcome } from "../outcome/outcome.js";
import type { JobWatcher, WatchedJob } from "./job-watcher.js";

/** The end of a job. @throws HpckitError if it cannot be found out. */
export function waitForEnd(watcher: JobWatcher, watched: WatchedJob, { signal }: Cancellable): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      stop();
      reject(new AbortedError(`the wait for job ${watched.reference.id} was aborted; the job goes on`, { cause: signal?.reason }));
    };
    const finish = (): void => {
      stop();
      stopListening();
    };
    let stop = (): void => undefined;
    const stopListening = onAbort(signal, abort);
    if (signal?.aborted === true) return;
    stop = watcher.listen(watched, {
      onTrack: ({ outcome }) => {
        if (outcome === undefined) return;
        finish();
        resolve(outcome);
      },
      onFailure: (error) => {
        finish();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    });
    if (watched.track.outcome !== undefined) finish();
  });
}
