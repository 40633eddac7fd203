import { OutputUnreadableError } from "@hpckit/core";
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
  refresh(options?: { readonly ifOlderMs?: number }): Promise<void>;
  /** Writes a decision down, unless another client's came first; either way that is then known here. @returns whether it was ours. */
  record(record: SetRecord): Promise<boolean>;
  /**
   * Looks for arrays that other clients sent, or this one before it was killed.
   * @param options - `inSlurm`: also in the queue and in accounting.
   * @returns those that may have been sent: submitting them under their keys settles that.
   */
  look(options?: { readonly ifOlderMs?: number; readonly inSlurm?: boolean }): Promise<{ readonly open: readonly LiveArray[] }>;
  /** Writes down which arrays were sent, unless that is. */
  recordSent(): Promise<void>;
  watch(live: LiveArray, reference: JobReference): void;
  /** Undefined for one that was not sent. */
  sent(live: LiveArray): SentArray | undefined;
  /** No job is watched any more. */
  stop(): void;
}

export interface SetMembersOptions {
  readonly identity: SetIdentity;
  readonly files: SetLogFiles;
  /** What is recorded so far; it holds a definition that was not abandoned. */
  readonly records: readonly SetRecord[];
  readonly signal: AbortSignal;
  /** Some task has ended. */
  readonly onEnd: () => void;
  /** Nothing more can be found out about jobs. */
  readonly onFailure: (error: unknown) => void;
}

export function createSetMembers(context: SetContext, { identity, files, records: first, signal, onEnd, onFailure }: SetMembersOptions): SetMembers {
  const { clock, watcher } = context;
  const log = readSetLog(first);
  if (log === undefined) throw new RangeError("a set has a definition");
  const records = [...first];
  const state = createSetState(log);
  const endings: (() => void)[] = [];
  let readAtMs = -Infinity;
  let lookedAtMs = -Infinity;

  const take = (fresh: readonly SetRecord[]): void => {
    records.push(...fresh);
    readAtMs = clock.now();
    const next = readSetLog(records);
    // One that another client has abandoned is not sent any more, also where the key is another set's by now.
    state.update(next?.definition === log.definition ? next : { ...state.log, cancelled: true });
    watchRecorded();
  };

  const watch = (live: LiveArray, reference: JobReference): void => {
    if (live.watched !== undefined || signal.aborted) return;
    live.watched = newWatchedJob(reference, () => context.removeSecrets(reference));
    let ended = 0;
    const onTrack = ({ ended: { size } }: { readonly ended: ReadonlyMap<number, unknown> }): void => {
      if (size === ended) return;
      ended = size;
      onEnd();
    };
    endings.push(watcher.listen(live.watched, { onTrack, onFailure }));
  };

  /** What is recorded as sent needs no claim. */
  function watchRecorded(): void {
    for (const live of state.held()) {
      const reference = state.log.sent.get(live.array.name);
      if (reference !== undefined) watch(live, { ...reference, tasks: indicesOf(live.array) });
    }
  }
  watchRecorded();

  async function record(made: SetRecord): Promise<boolean> {
    const { records: fresh, appended } = await files.append(records.length, made, { signal });
    if (fresh.length === 0) throw new OutputUnreadableError("the records of a set", "a decision was neither written nor found", identity.key);
    take(fresh);
    return appended;
  }

  return {
    state,
    watch,
    async recordSent() {
      const fresh = state.arrays.flatMap(({ array: { name }, watched }) => (watched === undefined || state.log.sent.has(name) ? [] : [[name, withoutTasks(watched.reference)] as const]));
      if (fresh.length > 0) await record({ kind: "sent", jobs: Object.fromEntries(fresh), madeAtSeconds: Math.floor(clock.now() / 1000) });
    },
    async refresh({ ifOlderMs = 0 } = {}) {
      if (clock.now() - readAtMs >= ifOlderMs) take(await files.readAfter(records.length, { signal }));
    },
    record,
    async look({ ifOlderMs = 0, inSlurm = false } = {}) {
      const held = state.held();
      if (held.length === 0 || clock.now() - lookedAtMs < ifOlderMs) return { open: [] };
      lookedAtMs = clock.now();
      const { jobs, open } = await findSent(context, identity, held, { inSlurm, signal });
      for (const [live, reference] of jobs) watch(live, reference);
      return { open };
    },
    sent: ({ array, watched }) => watched && { key: keyOfArray(identity, array), tasks: array.tasks, round: array.round, job: context.handle(watched.reference) },
    stop: () => {
      for (const end of endings) end();
    },
  };
}

const withoutTasks = ({ id, cluster, submittedAtSeconds, name, workFolder, output, error, secretsFile }: JobReference): SentReference => ({ id, cluster, submittedAtSeconds, name, workFolder, output, error, secretsFile });
