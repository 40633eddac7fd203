import type { Outcome, OutcomeKind } from "../outcome/outcome.js";
import type { WatchedJob } from "../watch/job-watcher.js";
import type { SetArray, SetLog } from "./read-set-log.js";
import type { SetTaskEnd, TaskSetProgress } from "./task-set.js";

/** An array of a set, and its job once it was sent. */
export interface LiveArray {
  readonly array: SetArray;
  watched: WatchedJob | undefined;
  /** Whether it was told that it was sent. */
  isToldSent: boolean;
  /** Tasks whose end was told. */
  readonly told: Set<number>;
}

export type TaskState =
  | { readonly kind: "held" }
  | { readonly kind: "queued" }
  /** Ended; the rule will have it again. */
  | { readonly kind: "retrying"; readonly outcome: Outcome; readonly live: LiveArray }
  | { readonly kind: "ended"; readonly outcome: Outcome }
  | { readonly kind: "not-submitted" };

/** What one client knows of a set: what was decided, and what it saw of each array. Mutable, and without any I/O. */
export interface SetState {
  readonly log: SetLog;
  /** Takes what was decided since. */
  update(log: SetLog): void;
  readonly arrays: readonly LiveArray[];
  /** Arrays that no job is known of, in the order in which they are sent. */
  held(): readonly LiveArray[];
  /** The arrays of a task, the last one last. */
  attempts(task: number): readonly LiveArray[];
  stateOf(task: number): TaskState;
  /** Ends that were not told yet. */
  takeEnds(): readonly SetTaskEnd[];
  progress(): TaskSetProgress;
}

export function createSetState(first: SetLog): SetState {
  let log = first;
  const arrays: LiveArray[] = [];
  const byTask = new Map<number, LiveArray[]>();
  const add = (array: SetArray): void => {
    const live: LiveArray = { array, watched: undefined, isToldSent: false, told: new Set() };
    arrays.push(live);
    for (const task of array.tasks) {
      const known = byTask.get(task);
      if (known === undefined) byTask.set(task, [live]);
      else known.push(live);
    }
  };
  for (const array of log.arrays) add(array);
  const attempts = (task: number): readonly LiveArray[] => byTask.get(task) ?? [];
  const stateOf = (task: number): TaskState => stateOfTask(log, task, attempts(task));
  return {
    get log() {
      return log;
    },
    update(next) {
      log = next;
      for (const array of next.arrays.slice(arrays.length)) add(array);
    },
    arrays,
    held: () => arrays.filter(({ watched }) => watched === undefined),
    attempts,
    stateOf,
    takeEnds: () => arrays.flatMap((live) => takeEndsOf(live, (task) => ({
        attempt: attempts(task).indexOf(live) + 1,
        // The next attempt may be decided already, by another client or before a restart.
        isRetried: lastOf(log, attempts(task)) !== live || stateOf(task).kind === "retrying",
      }))),
    progress: () => progressOf(log, arrays, stateOf),
  };
}

const isSent = ({ watched }: LiveArray): boolean => watched !== undefined;

/** The end of a task in an array; undefined while it goes on. */
export const endOf = ({ array, watched }: LiveArray, task: number): Outcome | undefined => watched?.track.ended.get(task - array.offset);

/** Of a set that was cancelled nothing more is sent: how a task ended before holds. */
const lastOf = ({ cancelled }: SetLog, attempts: readonly LiveArray[]): LiveArray | undefined => (cancelled ? attempts.findLast(isSent) : attempts.at(-1));

function stateOfTask(log: SetLog, task: number, attempts: readonly LiveArray[]): TaskState {
  const { definition: { retry }, givenUp, cancelled, endedRound } = log;
  const last = lastOf(log, attempts);
  if (last?.watched === undefined) return { kind: cancelled ? "not-submitted" : "held" };
  const outcome = endOf(last, task);
  if (outcome === undefined) return { kind: "queued" };
  const isRetried = retry !== undefined && !cancelled && last.array.round > endedRound && !givenUp.has(task) && attempts.length <= retry.most && retry.on.includes(outcome.kind);
  return isRetried ? { kind: "retrying", outcome, live: last } : { kind: "ended", outcome };
}

function takeEndsOf(live: LiveArray, about: (task: number) => Pick<SetTaskEnd, "attempt" | "isRetried">): readonly SetTaskEnd[] {
  const { watched, told, array } = live;
  if (watched === undefined || watched.track.ended.size === told.size) return [];
  const fresh = [...watched.track.ended].filter(([index]) => !told.has(index));
  for (const [index] of fresh) told.add(index);
  return fresh.map(([index, outcome]) => ({ task: index + array.offset, outcome, ...about(index + array.offset) }));
}

function progressOf(log: SetLog, arrays: readonly LiveArray[], stateOf: (task: number) => TaskState): TaskSetProgress {
  const counts = { held: 0, queued: 0, retrying: 0 };
  const ended: Partial<Record<OutcomeKind | "not-submitted", number>> = {};
  for (const task of log.tasks) {
    const state = stateOf(task);
    if (state.kind === "ended" || state.kind === "not-submitted") {
      const kind = state.kind === "ended" ? state.outcome.kind : state.kind;
      ended[kind] = (ended[kind] ?? 0) + 1;
    } else counts[state.kind]++;
  }
  const sent = arrays.filter(({ watched }) => watched !== undefined);
  const seenRunning = sent.reduce((sum, { watched }) => sum + (watched?.track.outcome === undefined ? (watched?.track.last?.tasks?.RUNNING ?? 0) + (watched?.track.last?.tasks?.SUSPENDED ?? 0) : 0), 0);
  const running = Math.min(seenRunning, counts.queued);
  return {
    tasks: log.tasks.length,
    held: counts.held,
    pending: counts.queued - running,
    running,
    retrying: counts.retrying,
    ended,
    rounds: log.rounds,
    arrays: { sent: sent.length, held: arrays.length - sent.length },
    isSeen: sent.every(({ watched }) => watched?.track.last !== undefined || watched?.track.outcome !== undefined),
    isCancelled: log.cancelled,
  };
}

/** Tasks of a set that are in the queue. */
export const countQueued = (state: SetState): number => state.arrays.reduce((sum, { watched, array }) => sum + (watched === undefined ? 0 : array.tasks.length - watched.track.ended.size), 0);

/** Ends of tasks so far, each attempt's. */
export const countEnded = (state: SetState): number => state.arrays.reduce((sum, { watched }) => sum + (watched?.track.ended.size ?? 0), 0);
