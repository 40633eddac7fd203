import { AbortedError, onAbort, type Cancellable } from "@hpckit/core";
import { pause } from "../concurrency/pause.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { soonAfterAbort } from "./after-abort.js";
import { whenAllAborted } from "./all-aborted.js";
import { lookForJobs } from "./look-for-jobs.js";
import { abortedMidway, unknownOutcome, whyUnknown, type PendingSubmission } from "./pending-submission.js";

/** Looks take so many times as long as it takes to settle, until a person must. */
const longestSettles = 5;
/** Who gave up when a job may have been queued is not kept waiting, but gets it where it is soon found: it can be cancelled then. Its withdrawal is the first look. */
const looksAfterAbort = 2;

/**
 * Looks for what may have been queued, a round at each call, ever more rarely. Each that is found, given up or decided has its next.
 * @returns the round; it tells of each whose caller gave up before it looks for the others.
 */
export function lookRounds(context: SlurmContext): (open: readonly PendingSubmission[], onNext: (pending: PendingSubmission) => void) => Promise<void> {
  const { clock, patience } = context;
  let rounds = 0;
  let since: number | undefined;
  return async (open, onNext) => {
    since ??= clock.monotonic();
    await pauseUnlessGivenUp(context, delayBefore(rounds++, patience.settleMs), open);
    letGo(context, open);
    open.forEach(onNext);
    const sought = open.filter(isOpen);
    if (sought.length > 0) await lookOnce(context, sought, clock.monotonic() - since > longestSettles * patience.settleMs);
    letGo(context, sought);
  };
}

const isOpen = ({ next }: PendingSubmission): boolean => next.kind === "look";

const hasGivenUp = ({ signal, looks }: PendingSubmission): boolean => signal?.aborted === true && looks >= looksAfterAbort;

function letGo(context: SlurmContext, open: readonly PendingSubmission[]): void {
  for (const pending of open) if (isOpen(pending) && hasGivenUp(pending)) pending.next = { kind: "error", error: abortedMidway(context, pending) };
}

/** Waits, until somebody gives up. */
async function pauseUnlessGivenUp({ clock }: SlurmContext, milliseconds: number, open: readonly PendingSubmission[]): Promise<void> {
  const woken = new AbortController();
  const stops = open.filter(({ signal }) => signal?.aborted !== true).map(({ signal }) => onAbort(signal, () => woken.abort()));
  await pause(clock, milliseconds, { signal: woken.signal }).finally(() => stops.forEach((stop) => stop()));
}

async function lookOnce(context: SlurmContext, open: readonly PendingSubmission[], isLast: boolean): Promise<void> {
  const { signal, stop } = limitAfterAbort(context, open);
  try {
    const { isHopeful, failures } = await lookForJobs(context, open, { signal });
    if (isHopeful && !isLast) return;
    for (const pending of open) if (pending.next.kind === "look") pending.next = { kind: "error", error: unknownOutcome(context, pending, whyUnknown(failures), pending.next.cause) };
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    for (const pending of open) if (isOpen(pending)) pending.next = { kind: "error", error: abortedMidway(context, pending) };
  } finally {
    stop();
  }
}

/** Ends a look when all have given up; at once if there were looks enough. */
function limitAfterAbort({ clock }: SlurmContext, open: readonly PendingSubmission[]): Cancellable & { readonly stop: () => void } {
  const { signal, stopListening } = whenAllAborted(open.map((pending) => pending.signal));
  if (open.every(({ looks }) => looks >= looksAfterAbort)) return { signal, stop: stopListening };
  const soon = soonAfterAbort(clock, { signal });
  return { signal: soon.signal, stop: () => [stopListening, soon.stop].forEach((stop) => stop()) };
}

const firstDelaysMs = [0, 200, 500, 1000, 2000, 4000, 8000];
const longestDelayMs = 15_000;

/** Often at first: what another process submits is soon recorded. */
const delayBefore = (round: number, settleMs: number): number => Math.min(firstDelaysMs[round] ?? longestDelayMs, Math.max(settleMs / 4, 50));
