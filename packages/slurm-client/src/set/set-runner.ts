import { AbortedError, HpckitError, OutputUnreadableError } from "@hpckit/core";
import { decideRound } from "./decide-round.js";
import type { SetContext, SetSender } from "./set-context.js";
import { createSetMembers, type SetMembers, type SetMembersOptions } from "./set-members.js";
import { createSetSending, type SetSendingOptions } from "./set-sending.js";
import type { LiveArray, SetState } from "./set-state.js";
import type { News } from "./task-set.js";

export interface SetRunnerOptions extends Pick<SetMembersOptions, "identity" | "files" | "records"> {
  /** Undefined for one that only looks. */
  readonly sender: SetSender | undefined;
  readonly tell: (news: News) => void;
}

/** Sends and watches one set, turn by turn, until it has ended. */
export interface SetRunner extends Pick<SetMembers, "record" | "sent"> {
  readonly state: SetState;
  /** Looks at what is known, and does what can be done now. @throws HpckitError */
  turn(): Promise<void>;
  /** Turn after turn. Resolves when the set has ended, or was stopped. @throws what will not pass. */
  run(): Promise<void>;
  /** Cancels what of the set is queued or runs, whoever sent it. */
  cancelSent(): Promise<boolean>;
  /** Has the next turn come soon. */
  wake(): void;
  stop(): void;
}

export function createSetRunner(context: SetContext, { sender, tell, ...options }: SetRunnerOptions): SetRunner {
  const { clock, pollIntervalMs } = context;
  const stopped = new AbortController();
  const { signal } = stopped;
  let waking = new AbortController();
  const wake = (): void => waking.abort();
  let failure: { readonly error: unknown } | undefined;
  const members = createSetMembers(context, {
    ...options,
    signal,
    onEnd: wake,
    onFailure: (error) => {
      failure = { error };
      wake();
    },
  });
  const { state } = members;
  const tellSent: SetSendingOptions["tellSent"] = (live, differences) => {
    const array = live.isToldSent ? undefined : members.sent(live);
    if (array === undefined) return;
    live.isToldSent = true;
    tell({ kind: "sent", array, differences });
  };
  const sending = sender && createSetSending(context, options.identity, sender, members, { signal, tell, tellSent });
  let firstFailedMs = Infinity;
  /** Of a set that was cancelled: since when that is known here, and what of it Slurm was told to end. */
  const ending = { sinceMs: 0, told: new Set<LiveArray>() };

  async function turn(): Promise<void> {
    await members.refresh({ ifOlderMs: pollIntervalMs });
    tellEnds();
    if (state.log.cancelled) await cancelSent();
    else if (sender === undefined || sending === undefined) await members.look({ ifOlderMs: pollIntervalMs });
    else {
      if (state.held().length > 0) await sending.send();
      if (await retry(sender)) await sending.send();
      await members.recordSent();
    }
    // Also what other clients sent.
    for (const live of state.arrays) tellSent(live, undefined);
  }

  function tellEnds(): void {
    const ends = state.takeEnds();
    if (ends.length === 0) return;
    if (ends.some(({ isRetried }) => isRetried)) firstFailedMs = Math.min(firstFailedMs, clock.now());
    tell({ kind: "ended", tasks: ends });
  }

  /** @returns whether there is a new round, ours or another client's. */
  async function retry(own: SetSender): Promise<boolean> {
    const decided = await decideRound(context, state, own, { firstFailedMs }, { signal });
    if (decided === undefined) return false;
    if (!(await members.record(decided.round))) return true;
    firstFailedMs = Infinity;
    const { rounds, arrays } = state.log;
    tell({ kind: "round", round: rounds, tasks: arrays.filter(({ round }) => round === rounds).flatMap(({ tasks }) => tasks), givenUp: decided.givenUp, exclude: decided.exclude });
    return true;
  }

  /** What a client was sending while another cancelled the set is cancelled by whoever sees it. @returns whether some array may still turn up. */
  async function cancelSent(): Promise<boolean> {
    if (ending.sinceMs === 0) ending.sinceMs = clock.now();
    const { open } = await members.look({ inSlurm: true });
    const alive = state.arrays.filter((live) => live.watched !== undefined && live.watched.track.outcome === undefined && !ending.told.has(live));
    const results = await context.cancelJobs(alive.flatMap(({ watched }) => watched?.reference ?? []), { signal });
    for (const [index, live] of alive.entries()) {
      const result = results[index];
      if (result?.kind === "failed") context.onTrouble(result.error);
      else ending.told.add(live);
    }
    return open.length > 0 && clock.now() - ending.sinceMs < context.patience.settleMs;
  }

  /** Ends of earlier attempts are waited for, too: nodes are judged by them, and secrets removed. */
  const hasEnded = (): boolean => state.arrays.every(({ watched }) => watched === undefined || watched.track.outcome !== undefined) && state.log.tasks.every((task) => isOver(state.stateOf(task).kind));

  /** Another client may have decided since what changes that. */
  async function hasEndedForAll(): Promise<boolean> {
    if (!hasEnded()) return false;
    await members.refresh();
    if (state.log.cancelled && (await cancelSent())) return false;
    return hasEnded();
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      throwFailure(failure);
      waking = new AbortController();
      try {
        await turn();
        if (await hasEndedForAll()) return;
      } catch (error) {
        // What was stopped has not failed.
        if (isStopped()) return;
        if (!isPassing(error)) throw error;
        context.onTrouble(error);
      }
      await pause();
    }
  }

  const isStopped = (): boolean => signal.aborted;

  /** Until something ends, or it is time to look again; never less than the site's floor. */
  async function pause(): Promise<void> {
    const floorMs = Math.max(context.pollFloorMs, leastPauseMs);
    await clock.sleep(floorMs, { signal }).catch(ignoreAbort);
    await clock.sleep(Math.max(0, pollIntervalMs - floorMs), { signal: AbortSignal.any([signal, waking.signal]) }).catch(ignoreAbort);
  }

  return {
    state,
    record: (made) => members.record(made),
    sent: (live) => members.sent(live),
    turn,
    run,
    cancelSent,
    wake,
    stop: () => {
      stopped.abort();
      members.stop();
    },
  };
}

const leastPauseMs = 200;

const isOver = (kind: ReturnType<SetState["stateOf"]>["kind"]): boolean => kind === "ended" || kind === "not-submitted";

function throwFailure(failure: { readonly error: unknown } | undefined): void {
  if (failure !== undefined) throw failure.error;
}

const ignoreAbort = (error: unknown): void => {
  if (!(error instanceof AbortedError)) throw error;
};

/** Failures that say nothing about the set: a later turn may go well. */
const isPassing = (error: unknown): boolean => error instanceof HpckitError && (error.retryable || error instanceof OutputUnreadableError);
