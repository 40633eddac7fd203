import { eitherSignal } from "../concurrency/either-signal.js";
import { includesIndex } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobTrack } from "../watch/job-track.js";
import type { JobWatcher, WatchedJob } from "../watch/job-watcher.js";
import { waitForEnd } from "../watch/wait-for-end.js";
import { logPieces, type LogOptions, type LogPiece } from "./job-log.js";

/** The log of a job; while it is followed, the job is watched. */
export async function* readLog(context: SlurmContext, watcher: JobWatcher, watched: WatchedJob, options: LogOptions): AsyncGenerator<LogPiece> {
  const { follow = true, signal } = options;
  const ended = new AbortController();
  const waiting = new AbortController();
  const either = eitherSignal(signal, waiting.signal);
  let failure: { readonly error: unknown } | undefined;
  // Of a task or a component the end is told with the whole: its own is in the track.
  const hasEnded = (part: number | undefined): boolean => {
    if (failure !== undefined) throw failure.error;
    return watched.track.outcome !== undefined || (part !== undefined && watched.track.ended.has(part));
  };
  if (follow) {
    waitForEnd(watcher, watched, { signal: either }).then(
      () => ended.abort(),
      (error: unknown) => {
        failure = { error };
        ended.abort();
      },
    );
  }
  try {
    yield* logPieces(context, watched.reference, options, {
      hasBegun: (part) => begunRows(watched.track, part).length > 0,
      hasEnded,
      hasRun: (part) => hasRun(watched.track, part),
      restarts: (part) => begunRows(watched.track, part).reduce((most, { restarts }) => Math.max(most, restarts), 0),
      ended: ended.signal,
    });
  } finally {
    waiting.abort();
  }
}

/** Of a task, a component or (undefined) any of a job: what was seen to run at the last look. */
const begunRows = ({ rows }: JobTrack, part: number | undefined): readonly QueueRow[] =>
  rows.filter(({ state, tasks, component }) => state.base !== "PENDING" && (part === undefined || (tasks === undefined ? component === part : includesIndex(tasks, part))));

/** Whether a task, a component or (undefined) the job ran before it ended. Nodes that did not boot run nothing. */
function hasRun({ outcome: ofAll, ended }: JobTrack, part: number | undefined): boolean {
  const outcome = (part === undefined ? undefined : ended.get(part)) ?? ofAll;
  return outcome?.started === true && outcome.kind !== "never-started" && outcome.kind !== "boot-failure";
}

export async function* textOf(pieces: AsyncIterable<LogPiece>): AsyncGenerator<string> {
  for await (const { text } of pieces) if (text !== "") yield text;
}
