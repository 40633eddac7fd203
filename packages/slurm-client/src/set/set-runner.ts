import { HpckitError, OutputUnreadableError, type Cancellable } from "@hpckit/core";
import { pause } from "../concurrency/pause.js";
import { untilAborted } from "../concurrency/until-aborted.js";
import { decideRound } from "./decide-round.js";
import { saysEnded, type SetLog } from "./read-set-log.js";
import type { SetContext, SetSender } from "./set-context.js";
import { createSetMembers, type SetMembers, type SetMembersOptions } from "./set-members.js";
import { createSetSending, type SetSendingOptions } from "./set-sending.js";
import type { LiveArray, SetState } from "./set-state.js";
import type { News } from "./task-set.js";

export interface SetRunnerOptions extends Pick<SetMembersOptions, "identity" | "files" | "records"> {
  /** Undefined for one that only looks. */
  readonly sender: SetSender | undefined;
  readonly tell: (news: readonly News[]) => void;
}

/** Sends and watches one set, turn by turn, until it has ended. */
export interface SetRunner extends Pick<SetMembers, "known" | "record" | "sent"> {
  readonly state: SetState;
  /** Looks at what is known, and does what can be done now. @throws HpckitError */
  turn(): Promise<void>;
  /** Waits until what was sent has been looked at, where that is to be now. */
  looked(): Promise<void>;
  /** Turn after turn. Resolves when the set has ended, or was stopped. @throws what will not pass. */
  run(): Promise<void>;
  /** Cancels what of the set is queued or runs, whoever sent it. */
  cancelSent(options: Cancellable): Promise<CancelledArrays>;
  /** Has the next turn come soon. */
  wake(): void;
  /** For good. */
  stop(): void;
  isStopped(): boolean;
}

export interface CancelledArrays {
  /** Some array may still turn up: another client was sending it. */
  readonly mayTurnUp: boolean;
  /** Why Slurm was not told of some. */
  readonly failures: readonly unknown[];
}

/** A state folder that cannot be read or written for so many turns in a row is a person's to mend. */
const mostLogFailures = 10;

export function createSetRunner(context: SetContext, { sender, tell, ...options }: SetRunnerOptions): SetRunner {
  const { clock, pollIntervalMs } = context;
  const stopped = new AbortController();
  const { signal } = stopped;
  let waking = new AbortController();
  const wake = (): void => waking.abort();
  let failure: { readonly error: unknown } | undefined;
  const members = createSetMembers(context, {
    ...options,
    onEnd: wake,
    onFailure: (error) => {
      failure = { error };
      wake();
    },
  });
  const { state } = members;
  const tellSent: SetSendingOptions["tellSent"] = (arrays, compared) => {
    const news: News[] = [];
    for (const live of arrays) {
      const array = live.isToldSent ? undefined : members.sent(live);
      if (array === undefined) continue;
      live.isToldSent = true;
      news.push({ kind: "sent", array, differences: compared?.get(live) });
    }
    tell(news);
  };
  const sending = sender && createSetSending(context, options.identity, sender, members, { signal, tell: (item) => tell([item]), tellSent });
  let firstFailedMs = Infinity;
  let toldRounds = state.log.rounds;
  /** Of a set that was cancelled: since when that is known here, and what of it Slurm was told to end. */
  const ending = { sinceMs: undefined as number | undefined, told: new Set<LiveArray>() };
  /** What this turn found of it; undefined where the turn began before that was known. Each search takes all that is held back. */
  let swept: CancelledArrays | undefined;

  async function turn(): Promise<void> {
    await members.refresh({ ifOlderMs: pollIntervalMs, signal });
    tellEnds();
    tellRounds();
    swept = undefined;
    if (state.log.cancelled) {
      swept = await cancelSent({ signal });
      swept.failures.forEach(context.onTrouble);
    } else if (sender === undefined || sending === undefined) await members.look({ ifOlderMs: pollIntervalMs, signal });
    else {
      if (state.held().length > 0) await sending.send();
      if (await retry(sender)) await sending.send();
      await members.recordSent({ signal });
    }
    // Also what other clients sent.
    tellSent(state.arrays, undefined);
  }

  function tellEnds(): void {
    const ends = state.takeEnds();
    if (ends.length === 0) return;
    if (ends.some(({ isRetried }) => isRetried)) firstFailedMs = Math.min(firstFailedMs, clock.monotonic());
    tell([{ kind: "ended", tasks: ends }]);
  }

  function tellRounds(): void {
    const news = Array.from({ length: state.log.rounds - toldRounds }, (_, index) => roundNews(state.log, toldRounds + index + 1));
    toldRounds = state.log.rounds;
    tell(news);
  }

  /** @returns whether there is a new round, ours or another client's. */
  async function retry(own: SetSender): Promise<boolean> {
    const basis = members.known();
    const decided = await decideRound(context, state, own, { firstFailedMs }, { signal });
    if (decided === undefined) return false;
    if (await members.record(decided, { signal, basis })) firstFailedMs = Infinity;
    tellRounds();
    return true;
  }

  /** What a client was sending while another cancelled the set is cancelled by whoever sees it. */
  async function cancelSent(given: Cancellable): Promise<CancelledArrays> {
    ending.sinceMs ??= clock.monotonic();
    const { open } = await members.look({ inSlurm: true, ...given });
    const alive = state.arrays.filter((live) => live.watched !== undefined && live.watched.track.outcome === undefined && !ending.told.has(live));
    const results = await context.cancelJobs(alive.flatMap(({ watched }) => watched?.reference ?? []), given);
    const failures: unknown[] = [];
    for (const [index, live] of alive.entries()) {
      const result = results[index];
      if (result?.kind === "failed") failures.push(result.error);
      else ending.told.add(live);
    }
    await members.recordSent(given);
    return { mayTurnUp: open.length > 0 && !isHeardByAll(), failures };
  }

  /** Whether whoever was sending when the set was cancelled has read that, or never will. */
  const isHeardByAll = (): boolean => ending.sinceMs !== undefined && clock.monotonic() - ending.sinceMs >= context.patience.settleMs;

  /** Ends of earlier attempts are waited for, too: nodes are judged by them, and secrets removed. */
  const hasEnded = (): boolean => state.arrays.every(({ watched }) => watched === undefined || watched.track.outcome !== undefined) && state.log.tasks.every((task) => isOver(state.stateOf(task).kind));

  /** Another client may have decided since what changes that. */
  async function hasEndedForAll(): Promise<boolean> {
    if (!hasEnded()) return false;
    await members.refresh({ signal });
    if (state.log.cancelled && swept === undefined) {
      // The next turn looks for what was sent meanwhile.
      wake();
      return false;
    }
    if (swept?.mayTurnUp === true) return false;
    // Who has it written down that it has ended needs no later answer of Slurm's; and the records can be forgotten: not before those who may be sending have read them.
    const isForAll = !state.log.cancelled || state.held().length === 0 || isHeardByAll();
    if (hasEnded() && isForAll && sender !== undefined && !saysEnded(state.log)) await members.record({ kind: "ended", madeAtSeconds: Math.floor(clock.now() / 1000) }, { signal }).catch(context.onTrouble);
    return hasEnded();
  }

  async function run(): Promise<void> {
    failure = undefined;
    members.watch();
    await turnByTurn().finally(() => members.stop());
  }

  async function turnByTurn(): Promise<void> {
    let logFailures = 0;
    while (!signal.aborted) {
      throwFailure(failure);
      waking = new AbortController();
      try {
        await turn();
        if (await hasEndedForAll()) return;
        logFailures = 0;
      } catch (error) {
        // What was stopped has not failed.
        if (isStopped()) return;
        if (isOfLog(error)) logFailures++;
        if (!isPassing(error) || logFailures >= mostLogFailures) throw error;
        context.onTrouble(error);
      }
      await pauseBetween();
    }
  }

  const isStopped = (): boolean => signal.aborted;

  /** Until something ends, or it is time to look again; never less than the site's floor. */
  async function pauseBetween(): Promise<void> {
    const floorMs = Math.max(context.pollFloorMs, leastPauseMs);
    await pause(clock, floorMs, { signal });
    await pause(clock, Math.max(0, pollIntervalMs - floorMs), { signal: AbortSignal.any([signal, waking.signal]) });
  }

  return {
    state,
    record: (made, given) => members.record(made, given),
    known: () => members.known(),
    sent: (live) => members.sent(live),
    turn,
    looked: () => untilAborted(context.watcher.looked(), { signal }),
    run,
    cancelSent,
    wake,
    isStopped,
    stop: () => {
      stopped.abort();
      members.stop();
    },
  };
}

function roundNews({ arrays, givenUp }: SetLog, round: number): News {
  const own = arrays.filter((array) => array.round === round);
  return {
    kind: "round",
    round,
    tasks: own.flatMap(({ tasks }) => tasks),
    givenUp: [...givenUp].flatMap(([task, { round: since, why }]) => (since === round ? [{ task, why }] : [])),
    exclude: [...new Set(own.flatMap(({ exclude = [] }) => exclude))],
  };
}

const leastPauseMs = 200;

const isOver = (kind: ReturnType<SetState["stateOf"]>["kind"]): boolean => kind === "ended" || kind === "not-submitted";

function throwFailure(failure: { readonly error: unknown } | undefined): void {
  if (failure !== undefined) throw failure.error;
}

const isOfLog = (error: unknown): boolean => error instanceof HpckitError && error.code === "set-log-unusable";

/** Failures that say nothing about the set: a later turn may go well. */
const isPassing = (error: unknown): boolean => error instanceof HpckitError && (error.retryable || error instanceof OutputUnreadableError);
