import { CommandFailedError, HpckitError, TransportError, type Cancellable, type Clock } from "@hpckit/core";
import { SlurmError } from "../error/slurm-error.js";
import { logMissing } from "./log-gaps.js";
import { newPlace, takeIn, takeInAbsence } from "./log-place.js";
import type { LogReader } from "./log-reader.js";
import type { LogStart } from "./log-reading.js";
import { waitOrEnd } from "./wait-or-end.js";

/** A piece of a file. */
export interface FilePiece {
  readonly bytes: Uint8Array;
  /** Where in the file it begins, in bytes. The next begins at `offset + bytes.length`, unless the file is begun anew. */
  readonly offset: number;
  /** Whether this is the beginning of a file that replaced the one before, as after a requeue. */
  readonly begunAnew: boolean;
}

export interface FollowOptions extends Cancellable {
  /** Whether to wait for more, until the job has ended and all was read. */
  readonly follow: boolean;
  readonly start: LogStart;
  /** Whether the job has ended. Asked before each reading. */
  readonly hasEnded: () => boolean;
  /** Whether it ran before it ended: then there is a file. */
  readonly hasRun: () => boolean;
  /** How often the job had been queued again when it was last seen to run. */
  readonly restarts: () => number;
  /** Fires when the job ends, so that the last lines come at once. */
  readonly ended: AbortSignal;
  /** Longest time between two readings, in milliseconds. */
  readonly intervalMs: number;
}

/** Between two looks after the end of a job: a network file system may show its last bytes late. */
const settleMs = 1000;
/** So many looks that show nothing new are believed. */
const quietLooks = 2;
/** And so many that show no file: NFS clients believe half a minute long that a folder is as it was (acdirmin). */
const absentLooks = 30;
const fastestMs = 500;
/** So many readings in a row that fail are no passing trouble: a minute or two. */
const mostFailures = 20;

/**
 * Reads a file that grows.
 *
 * Guarantees: every byte that was in the file when the job had ended and its file system had settled is given, once; a file that
 * was begun anew (a requeue, a rotation) is given from its beginning; one that is renamed within its folder is read to its end before. No more than one piece is held in
 * memory.
 * @throws SlurmError at the end: `log-missing` where the job ran and there is no file, `log-unreadable`. Of a job that never ran there is nothing to give.
 */
export async function* followLog(reader: LogReader, clock: Clock, file: string, options: FollowOptions): AsyncGenerator<FilePiece> {
  let place = newPlace(options.start, options.restarts());
  let begunAnew = false;
  let delayMs = fastestMs;
  let quietAfterEnd = 0;
  let failures = 0;
  let reached = 0;
  for (;;) {
    const look = { finished: options.hasEnded(), restarts: options.restarts() };
    const { finished } = look;
    const reading = await reader.read({ file, start: place.start, inode: place.inode, compare: place.compare }, options).catch((error: unknown) => {
      if (!mayPass(error, { ...options, finished, failures: ++failures })) throw error;
    });
    if (reading?.kind === "unreadable" && (finished || !options.follow)) throw new SlurmError("log-unreadable", `${file} is there, and this user may not read it`);
    if (reading?.kind === "absent") place = takeInAbsence(place);
    const news = reading?.kind === "read" ? takeIn(place, reading, look) : undefined;
    if (news === "replaced") {
      place = newPlace({ offset: 0 }, look.restarts);
      begunAnew = true;
      continue;
    }
    if (reading !== undefined) failures = 0;
    if (news !== undefined) place = news.place;
    if (news !== undefined && place.compare !== undefined) continue;
    if (news !== undefined && news.fresh.length > 0) {
      const { fresh: bytes, offset } = news;
      yield { bytes, offset, begunAnew };
      reached = offset + bytes.length;
      begunAnew = false;
      delayMs = fastestMs;
      quietAfterEnd = 0;
      // What the file has more of comes at once.
      if (reading?.kind === "read" && offset + bytes.length < reading.sizeBytes) continue;
    } else if (finished && reading !== undefined) quietAfterEnd++;
    const isMissing = reading?.kind === "absent" && finished && options.hasRun();
    if (reading !== undefined && (!options.follow || (finished && quietAfterEnd >= (isMissing ? absentLooks : quietLooks)))) {
      if (isMissing) throw logMissing(file, reached);
      return;
    }
    // Until a moment that all followers share, so that they are served together.
    await waitOrEnd(clock, (finished && reading !== undefined ? settleMs : delayMs) - (clock.now() % fastestMs), options);
    delayMs = Math.min(delayMs * 2, options.intervalMs);
  }
}

/** Whether another try may mend a reading that failed. As long as the job runs, a connection may be away for any time. */
function mayPass(error: unknown, { follow, finished, failures }: { readonly follow: boolean; readonly finished: boolean; readonly failures: number }): boolean {
  const away = error instanceof TransportError && error.retryable;
  const passing = away || error instanceof CommandFailedError || (error instanceof HpckitError && error.code === "timeout");
  return follow && passing && (failures < mostFailures || (away && !finished));
}
