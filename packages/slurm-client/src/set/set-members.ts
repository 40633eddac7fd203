import type { Cancellable } from "@hpckit/core";
import type { JobReference } from "../job/job-reference.js";
import { newWatchedJob } from "../watch/job-watcher.js";
import { indicesOf, readSetLog } from "./read-set-log.js";
import { findSent } from "./send-arrays.js";
import { keyOfArray, type SetContext, type SetIdentity } from "./set-context.js";
import type { SetLogFiles } from "./set-log-files.js";
import type { SentReference, SetRecord } from "./set-record.js";
import { createSetState, type LiveArray, type SetState } from "./set-state.js";
import type { SentArray } from "./task-set.js";

/** What is recorded of a set and of its arrays, and the jobs that are watched for it. */
export interface SetMembers {
  readonly state: SetState;
  /** Reads what was decided since, whoever decided; with `ifOlderMs` only if that is longer ago. */
  refresh(options: RefreshOptions): Promise<void>;
  /** How many records are known. */
  known(): number;
  /**
   * Writes a decision down, unless another's came first; either way that is then known here.
   * @param options - `basis`: how many records it was made from; others that came since may have decided the same.
   * @returns whether it was ours.
   */
  record(record: SetRecord, options: RecordOptions): Promise<boolean>;
  /**
   * Looks for arrays that other clients sent, or this one before it was killed.
   * @param options - `inSlurm`: also in the queue and in accounting.
   * @returns those that may have been sent: submitting them under their keys settles that.
   */
  look(options: RefreshOptions & { readonly inSlurm?: boolean }): Promise<{ readonly open: readonly LiveArray[] }>;
  /** Writes down which arrays were sent, unless that is. */
  recordSent(options: Cancellable): Promise<void>;
  /** Takes it that an array was sent. */
  found(live: LiveArray, reference: JobReference): void;
  /** Undefined for one that was not sent. */
  sent(live: LiveArray): SentArray | undefined;
  /** Watches the jobs, those that are found from now on, too. */
  watch(): void;
  /** No job is watched any more. */
  stop(): void;
}

export interface RecordOptions extends Cancellable {
  readonly basis?: number;
}

interface RefreshOptions extends Cancellable {
  readonly ifOlderMs?: number;
}

export interface SetMembersOptions {
  readonly identity: SetIdentity;
  readonly files: SetLogFiles;
  /** What is recorded so far; it holds a definition that was not abandoned. */
  readonly records: readonly SetRecord[];
  /** Some task has ended. */
  readonly onEnd: () => void;
  /** Nothing more can be found out about jobs. */
  readonly onFailure: (error: unknown) => void;
}

/** After the first look: arrays are sent in order, what was sent is recorded, and sending one again finds it. Each costs the login node a search. */
const mostSought = 100;

export function createSetMembers(context: SetContext, { identity, files, records, onEnd, onFailure }: SetMembersOptions): SetMembers {
  const { clock, watcher } = context;
  const log = readSetLog(records);
  if (log === undefined) throw new RangeError("a set has a definition");
  const { definition } = log;
  const state = createSetState(log);
  let known = records.length;
  /** Another client has abandoned the set: the key may be another's by now. */
  let isGone = false;
  let isWatching = true;
  const endings = new Map<LiveArray, () => void>();
  let readAtMs = -Infinity;
  let lookedAtMs = -Infinity;

  /** Takes what was read behind the first `from`: two that read at once may read the same. */
  function take(from: number, read: readonly SetRecord[]): void {
    const fresh = read.slice(known - from);
    known += fresh.length;
    readAtMs = clock.monotonic();
    const next = isGone ? undefined : readSetLog(fresh, state.log);
    isGone = next?.definition !== definition;
    state.update(next === undefined || isGone ? { ...state.log, cancelled: true } : next);
    takeRecorded();
  }

  function watchJob(live: LiveArray): void {
    if (!isWatching || live.watched === undefined || live.watched.track.outcome !== undefined || endings.has(live)) return;
    let ended = live.watched.track.ended.size;
    const onTrack = ({ ended: { size } }: { readonly ended: ReadonlyMap<number, unknown> }): void => {
      if (size === ended) return;
      ended = size;
      onEnd();
    };
    endings.set(live, watcher.listen(live.watched, { onTrack, onFailure }));
  }

  function found(live: LiveArray, reference: JobReference): void {
    if (live.watched !== undefined) return;
    live.watched = newWatchedJob(reference, () => context.removeSecrets(reference));
    watchJob(live);
  }

  /** What is recorded as sent needs no claim. */
  function takeRecorded(): void {
    for (const live of state.held()) {
      const reference = state.log.sent.get(live.array.name);
      if (reference !== undefined) found(live, { ...reference, tasks: indicesOf(live.array) });
    }
  }
  takeRecorded();

  async function record(made: SetRecord, { basis = known, ...options }: RecordOptions): Promise<boolean> {
    if (isGone || basis !== known) return false;
    const from = known;
    const { records: read, appended } = await files.append(from, made, options);
    take(from, read);
    return appended;
  }

  async function refresh({ ifOlderMs = 0, ...options }: RefreshOptions): Promise<void> {
    if (clock.monotonic() - readAtMs < ifOlderMs) return;
    const from = known;
    take(from, await files.readAfter(from, options));
  }

  return {
    state,
    known: () => known,
    found,
    async recordSent(options) {
      // Another's decision may come first; and what is not recorded would run again once its claim is forgotten.
      for (let isWritten = false; !isWritten && !isGone; ) {
        const fresh = state.arrays.flatMap(({ array: { name }, watched }) => (watched === undefined || state.log.sent.has(name) ? [] : [[name, withoutTasks(watched.reference)] as const]));
        isWritten = fresh.length === 0 || (await record({ kind: "sent", jobs: Object.fromEntries(fresh), madeAtSeconds: Math.floor(clock.now() / 1000) }, options));
      }
    },
    refresh,
    record,
    async look({ ifOlderMs = 0, ...options }) {
      const isFirst = lookedAtMs === -Infinity;
      const held = isGone ? [] : state.held().slice(0, isFirst || options.inSlurm === true ? undefined : mostSought);
      if (held.length === 0 || clock.monotonic() - lookedAtMs < ifOlderMs) return { open: [] };
      lookedAtMs = clock.monotonic();
      const { jobs, open } = await findSent(context, identity, held, options);
      // Another set that was begun under the key since has arrays of the same keys, and its jobs are its own: what was found is of this set if that is there still.
      if (jobs.size + open.length > 0) await refresh({ signal: options.signal });
      if (isGone) return { open: [] };
      for (const [live, reference] of jobs) found(live, reference);
      return { open };
    },
    sent: ({ array, watched }) => watched && { key: keyOfArray(identity, array), tasks: array.tasks, round: array.round, job: context.handle(watched.reference) },
    watch() {
      isWatching = true;
      for (const live of state.arrays) watchJob(live);
    },
    stop() {
      isWatching = false;
      for (const end of endings.values()) end();
      endings.clear();
    },
  };
}

const withoutTasks = ({ id, cluster, submittedAtSeconds, name, workFolder, output, error, secretsFile }: JobReference): SentReference => ({ id, cluster, submittedAtSeconds, name, workFolder, output, error, secretsFile });
