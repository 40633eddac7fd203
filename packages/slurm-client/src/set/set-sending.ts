import { OptionsError, type Cancellable } from "@hpckit/core";
import type { AcceptedDifference } from "../accepted/find-differences.js";
import type { CheckKnowledge } from "../check/check-knowledge.js";
import { LimitExceededError } from "../error/submission-errors.js";
import { chooseArrays, compareSent, sendArrays, type SentArrays } from "./send-arrays.js";
import type { SetContext, SetIdentity, SetSender } from "./set-context.js";
import { askLimits, findRoom, roomTopics, type SubmitRoom } from "./set-limits.js";
import type { SetMembers } from "./set-members.js";
import { countEnded, countQueued, type LiveArray } from "./set-state.js";
import type { News } from "./task-set.js";

/** Sends the arrays of a set as there is room for them. */
export interface SetSending {
  /** Sends what there is room for now. @throws SubmissionError for what Slurm will never take. */
  send(): Promise<void>;
}

export interface SetSendingOptions extends Required<Cancellable> {
  readonly tell: (news: News) => void;
  /** Tells once of each array that it was sent, with what Slurm made of it, if that was looked at. */
  readonly tellSent: (arrays: Iterable<LiveArray>, compared: ReadonlyMap<LiveArray, readonly AcceptedDifference[]> | undefined) => void;
}

/** Limits are set by people, use changes with every job. */
const limitsLastMs = 300_000;
/** Pauses after a refusal for want of room grow to so many intervals. */
const mostIntervals = 10;

export function createSetSending(context: SetContext, identity: SetIdentity, sender: SetSender, members: SetMembers, { signal, tell, tellSent }: SetSendingOptions): SetSending {
  const { clock, pollIntervalMs } = context;
  const { state } = members;
  const limits: { atMs: number; known: CheckKnowledge | undefined } = { atMs: -Infinity, known: undefined };
  let asked: { readonly atMs: number; readonly ended: number; readonly room: SubmitRoom } | undefined;
  const full = { times: 0, atMs: -Infinity };
  let toldHeld = 0;

  /** Asked when enough tasks of the set have ended that the next array may fit, and else once in an interval: other jobs end, too. */
  async function findRoomNow(next: LiveArray): Promise<SubmitRoom | undefined> {
    const ended = countEnded(state);
    const mayFit = asked === undefined || asked.room.free + (ended - asked.ended) >= next.array.tasks.length;
    if (!mayFit && asked !== undefined && clock.monotonic() - asked.atMs < pollIntervalMs) return undefined;
    if (limits.known === undefined || clock.monotonic() - limits.atMs >= limitsLastMs) {
      // What is not said now is as it was.
      limits.known = { ...limits.known, ...(await askLimits(context, roomTopics, { signal })) };
      limits.atMs = clock.monotonic();
    } else limits.known = { ...limits.known, limitUsage: (await askLimits(context, ["limitUsage"], { signal })).limitUsage };
    const room = findRoom(sender.spec, limits.known);
    // Where the controller does not say what is used, the set's own tasks are known.
    asked = { atMs: clock.monotonic(), ended, room: limits.known.limitUsage === undefined ? { ...room, free: room.most - countQueued(state) } : room };
    return asked.room;
  }

  async function send(): Promise<void> {
    const { open } = await members.look({ ifOlderMs: pollIntervalMs, signal });
    const isPaused = full.times > 0 && clock.monotonic() - full.atMs < pollIntervalMs * Math.min(2 ** (full.times - 1), mostIntervals);
    const [next, ...others] = state.held().filter((live) => !open.includes(live));
    const room = next === undefined || isPaused ? undefined : await findRoomNow(next);
    const fitting = next === undefined || room === undefined ? [] : chooseArrays([next, ...others], room, { queued: countQueued(state), queuedAtMost: sender.queuedAtMost });
    if (fitting.length === 0 && next !== undefined && room !== undefined) refuseNeverFitting(next, room);
    // After Slurm itself said that there is no room, one array finds out whether there is again.
    const going = [...open, ...(full.times > 0 ? fitting.slice(0, 1) : fitting)];
    if (going.length > 0) await sendNow(going);
    tellHeld();
  }

  async function sendNow(going: readonly LiveArray[]): Promise<void> {
    // Nothing is sent of a set that another client has cancelled.
    await members.refresh({ signal });
    if (state.log.cancelled) return;
    const sent = await sendArrays(context, identity, sender, going, { signal }).catch(refusedWhole);
    for (const [live, reference] of sent.jobs) members.found(live, reference);
    sent.trouble.forEach(context.onTrouble);
    full.atMs = clock.monotonic();
    full.times = sent.full === undefined ? 0 : full.times + 1;
    // What went is no room any more.
    asked = undefined;
    tellSent(sent.jobs.keys(), sent.jobs.size === 0 ? undefined : await compareSent(context, sender, sent.jobs, { signal }).catch(noted));
    if (sent.refused === undefined) return;
    // Any of its arrays, and not the next ones alone, may have been queued.
    const { open: unsettled } = await members.look({ inSlurm: true, signal });
    if (unsettled.length === 0 && state.arrays.every(({ watched }) => watched === undefined)) await members.record({ kind: "abandoned", madeAtSeconds: Math.floor(clock.now() / 1000) }, { signal });
    // The turn, which ends here, would do it: claims may be forgotten before anybody goes on.
    await members.recordSent({ signal }).catch(noted);
    throw sent.refused;
  }

  function noted(error: unknown): undefined {
    context.onTrouble(error);
  }

  /** One that is larger than what may ever be queued would wait for ever. */
  function refuseNeverFitting({ array: { tasks } }: LiveArray, { most, limit = "MaxSubmitJobs" }: SubmitRoom): void {
    const [bound, name] = most <= sender.queuedAtMost ? [most, limit] : [sender.queuedAtMost, "queuedAtMost"];
    if (tasks.length <= bound) return;
    throw new LimitExceededError(`an array of ${tasks.length} tasks of the set ${JSON.stringify(identity.key)} can never be queued (${name} is ${bound}): it was more when the set was cut; cancel the set, and submit what is left as another`, name);
  }

  function tellHeld(): void {
    const tasks = state.held().reduce((sum, { array }) => sum + array.tasks.length, 0);
    if (tasks > 0 && tasks !== toldHeld) tell({ kind: "held-back", tasks, why: whyHeld() });
    toldHeld = tasks;
  }

  function whyHeld(): string {
    if (full.times > 0 || limits.known === undefined) return "Slurm took no more";
    const { most, limit } = findRoom(sender.spec, limits.known);
    return limit !== undefined && most <= sender.queuedAtMost ? limit : `${sender.queuedAtMost} tasks of a set may be queued at once`;
  }

  return { send };
}

/** A spec that this Slurm cannot take is one that it refuses. */
function refusedWhole(error: unknown): SentArrays {
  if (!(error instanceof OptionsError)) throw error;
  return { jobs: new Map(), full: undefined, trouble: [], refused: error };
}
