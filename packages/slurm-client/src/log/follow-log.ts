import { CommandFailedError, HpckitError, TransportError, type Cancellable, type Clock } from "@hpckit/core";
import { SlurmError } from "../error/slurm-error.js";
import type { LogReader } from "./log-reader.js";
import type { LogReading, LogStart } from "./log-reading.js";

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
  /** Fires when the job ends, so that the last lines come at once. */
  readonly ended: AbortSignal;
  /** Longest time between two readings, in milliseconds. */
  readonly intervalMs: number;
}

/** This much before the place that was reached is read again: other bytes there mean another file, as after a requeue. */
const overlapBytes = 64;
/** After the end of a job a network file system may show its last bytes late. */
const settleMs = 2000;
const fastestMs = 500;

/**
 * Reads a file that grows.
 *
 * Guarantees: every byte that was in the file when the job had ended and its file system had settled is given, once; a file that
 * was begun anew (a requeue, a rotation) is given from its beginning. A file that never appears gives nothing. No more than one
 * piece is held in memory.
 */
export async function* followLog(reader: LogReader, clock: Clock, file: string, options: FollowOptions): AsyncGenerator<FilePiece> {
  let start = options.start;
  let tail: Uint8Array = new Uint8Array();
  let begunAnew = false;
  let delayMs = fastestMs;
  let quietAfterEnd = 0;
  for (;;) {
    const finished = options.hasEnded();
    const reading = await readOnce(reader, file, start, options);
    if (reading?.kind === "unreadable" && (finished || !options.follow)) throw new SlurmError("log-unreadable", `${file} is there, and this account may not read it`);
    const offset = reading?.kind === "read" ? reading.offset + tail.length : 0;
    const fresh = reading?.kind === "read" ? freshBytes(reading, tail) : undefined;
    if (fresh === "replaced") {
      start = { offset: 0 };
      tail = new Uint8Array();
      begunAnew = true;
      continue;
    }
    if (fresh !== undefined && fresh.length > 0) {
      yield { bytes: fresh, offset, begunAnew };
      begunAnew = false;
      tail = lastBytes(tail, fresh);
      start = { offset: offset + fresh.length - tail.length };
      delayMs = fastestMs;
      quietAfterEnd = 0;
      // What the file has more of comes at once.
      if (reading?.kind === "read" && offset + fresh.length < reading.sizeBytes) continue;
    } else if (finished && reading !== undefined) quietAfterEnd++;
    if (!options.follow && reading !== undefined) break;
    if (finished && quietAfterEnd >= 2) break;
    await pause(clock, finished ? settleMs / 2 : delayMs, options);
    delayMs = Math.min(delayMs * 2, options.intervalMs);
  }
}

/** One reading; undefined if it failed in a way that another try may mend. */
async function readOnce(reader: LogReader, file: string, start: LogStart, { signal, follow }: FollowOptions): Promise<LogReading | undefined> {
  try {
    return await reader.read({ file, start }, { signal });
  } catch (error) {
    const passing = error instanceof CommandFailedError || (error instanceof TransportError && error.retryable) || (error instanceof HpckitError && error.code === "timeout");
    if (follow && passing) return undefined;
    throw error;
  }
}

/** What is new in a reading that began with the bytes already known. */
function freshBytes({ bytes, offset, sizeBytes }: LogReading & { kind: "read" }, tail: Uint8Array): Uint8Array | "replaced" {
  if (sizeBytes < offset) return "replaced";
  const same = bytes.length >= tail.length && tail.every((byte, index) => bytes[index] === byte);
  return same ? bytes.slice(tail.length) : "replaced";
}

function lastBytes(tail: Uint8Array, fresh: Uint8Array): Uint8Array {
  if (fresh.length >= overlapBytes) return fresh.slice(-overlapBytes);
  const joined = new Uint8Array(tail.length + fresh.length);
  joined.set(tail);
  joined.set(fresh, tail.length);
  return joined.slice(-overlapBytes);
}

/** Waits until a moment that all followers share, so that they are served together. Ends early when the job ends. */
async function pause(clock: Clock, milliseconds: number, { signal, ended }: FollowOptions): Promise<void> {
  const either = AbortSignal.any([...(signal === undefined ? [] : [signal]), ...(ended.aborted ? [] : [ended])]);
  await clock.sleep(milliseconds - (clock.now() % fastestMs), { signal: either }).catch((error: unknown) => {
    if (signal?.aborted === true || !ended.aborted) throw error;
  });
}
