import { onAbort, type Cancellable } from "@hpckit/core";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { Settled } from "./pending-submission.js";
import type { Submission } from "./submission-plan.js";
import { submitJobs } from "./submit-jobs.js";

/** Makes single submissions with manners: those that come close together go together. */
export interface SubmitQueue {
  submit(submission: Submission, options?: Cancellable): Promise<Settled>;
}

interface Waiting {
  readonly submission: Submission;
  readonly signal: AbortSignal | undefined;
  readonly settle: (settled: Settled) => void;
}

/** @param paceMs - shortest time between the beginnings of two round trips that submit. */
export function createSubmitQueue(context: SlurmContext, paceMs: number): SubmitQueue {
  let waiting: Waiting[] = [];
  let nextAtMs = -Infinity;
  let isWaiting = false;

  async function sendNext(): Promise<void> {
    // Those of the same turn of the event loop belong together, too.
    await Promise.resolve();
    await context.clock.sleep(Math.max(0, nextAtMs - context.clock.now()));
    const batch = waiting;
    waiting = [];
    isWaiting = false;
    nextAtMs = context.clock.now() + paceMs;
    const { signal, stopListening } = whenAllGaveUp(batch.map((each) => each.signal));
    try {
      await submitJobs(context, batch.map(({ submission }) => submission), {
        signal,
        onSettled: (settled, index) => batch[index]?.settle(settled),
      });
    } catch (error) {
      for (const { settle } of batch) settle({ kind: "error", error });
    } finally {
      stopListening();
    }
  }

  return {
    submit: (submission, { signal } = {}) =>
      new Promise((settle) => {
        waiting.push({ submission, signal, settle });
        if (isWaiting) return;
        isWaiting = true;
        void sendNext();
      }),
  };
}

/** What is under way for several is given up when all of them have given up. */
function whenAllGaveUp(signals: readonly (AbortSignal | undefined)[]): { readonly signal: AbortSignal | undefined; readonly stopListening: () => void } {
  const given = signals.filter((signal) => signal !== undefined);
  if (given.length < signals.length) return { signal: undefined, stopListening: () => undefined };
  const all = new AbortController();
  const look = (): void => {
    if (given.every(({ aborted }) => aborted)) all.abort(given.at(-1)?.reason);
  };
  const stops = given.map((signal) => onAbort(signal, look));
  return { signal: all.signal, stopListening: () => stops.forEach((stop) => stop()) };
}
