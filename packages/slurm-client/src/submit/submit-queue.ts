import { onAbort, type Cancellable } from "@hpckit/core";
import { pause } from "../concurrency/pause.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { abortedBefore, type Settled } from "./pending-submission.js";
import type { Submission } from "./submission-plan.js";
import { submitJobs } from "./submit-jobs.js";

/** Makes single submissions with manners: those that come close together go together. */
export interface SubmitQueue {
  /** Who gives up while it waits for its turn is told at once. */
  submit(submission: Submission, options?: Cancellable): Promise<Settled>;
}

interface Waiting {
  readonly submission: Submission;
  readonly signal: AbortSignal | undefined;
  readonly settle: (settled: Settled) => void;
}

/** @param paceMs - shortest time between the beginnings of two round trips that submit. One that found all its jobs queued has asked nothing of Slurm, and does not count. */
export function createSubmitQueue(context: SlurmContext, paceMs: number): SubmitQueue {
  const waiting = new Set<Waiting>();
  let nextAtMs = -Infinity;
  /** Ends the wait for then. */
  let hurry = new AbortController();
  let isWaiting = false;

  async function sendNext(): Promise<void> {
    // Those of the same turn of the event loop belong together, too.
    await Promise.resolve();
    await pause(context.clock, Math.max(0, nextAtMs - context.clock.monotonic()), { signal: hurry.signal });
    const batch = [...waiting];
    waiting.clear();
    isWaiting = false;
    if (batch.length === 0) return;
    nextAtMs = context.clock.monotonic() + paceMs;
    const own = new AbortController();
    hurry = own;
    try {
      const settled = await submitJobs(context, batch, { onSettled: (settled, index) => batch[index]?.settle(settled) });
      if (settled.every((each) => each.kind === "job" && each.wasThere)) own.abort();
    } catch (error) {
      for (const { settle } of batch) settle({ kind: "error", error });
    }
  }

  return {
    submit: (submission, { signal } = {}) =>
      new Promise((resolve) => {
        const own: Waiting = {
          submission,
          signal,
          settle: (settled) => {
            stopListening();
            resolve(settled);
          },
        };
        waiting.add(own);
        const stopListening = onAbort(signal, () => {
          if (waiting.delete(own)) resolve({ kind: "error", error: abortedBefore(signal) });
        });
        if (isWaiting || waiting.size === 0) return;
        isWaiting = true;
        void sendNext();
      }),
  };
}
