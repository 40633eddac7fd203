import { CommandFailedError, HpckitError, TransportError, type Cancellable, type Clock, type Transport } from "@hpckit/core";
import { chunkBytes, parseLogChunk, renderReadLog, type LogChunk } from "./log-chunk.js";

export interface FollowOptions extends Cancellable {
  /** Whether to wait for more, until the job has ended and all was read. */
  readonly follow: boolean;
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
 * was begun anew (a requeue) is given from its beginning. A file that never appears gives nothing.
 */
export async function* followLog(transport: Transport, clock: Clock, file: string, options: FollowOptions): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let offset = 0;
  let tail: Uint8Array = new Uint8Array();
  let delayMs = fastestMs;
  let quietAfterEnd = 0;
  for (;;) {
    const finished = options.hasEnded();
    const from = offset - tail.length;
    const chunk = await readChunk(transport, file, from, options);
    const fresh = chunk === undefined ? undefined : freshBytes(chunk, tail);
    if (fresh === "replaced") {
      offset = 0;
      tail = new Uint8Array();
      continue;
    }
    if (fresh !== undefined && fresh.length > 0) {
      offset += fresh.length;
      tail = lastBytes(tail, fresh);
      delayMs = fastestMs;
      quietAfterEnd = 0;
      const text = decoder.decode(fresh, { stream: true });
      if (text !== "") yield text;
      if (fresh.length >= chunkBytes - overlapBytes) continue;
    } else if (finished && chunk !== undefined) quietAfterEnd++;
    if (!options.follow && chunk !== undefined) break;
    if (finished && quietAfterEnd >= 2) break;
    await pause(clock, finished ? settleMs / 2 : delayMs, options);
    delayMs = Math.min(delayMs * 2, options.intervalMs);
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/** One reading; undefined if it failed in a way that another try may mend. */
async function readChunk(transport: Transport, file: string, offset: number, { signal, follow }: FollowOptions): Promise<LogChunk | undefined> {
  try {
    const { stdoutBytes } = await transport.exec(["/bin/sh", "-c", renderReadLog(file, offset).shell], { signal, check: true, timeoutMs: 120_000 });
    return parseLogChunk(stdoutBytes);
  } catch (error) {
    const passing = error instanceof CommandFailedError || (error instanceof TransportError && error.retryable) || (error instanceof HpckitError && error.code === "timeout");
    if (follow && passing) return undefined;
    throw error;
  }
}

/** What is new in a reading that began with the bytes already known. */
function freshBytes({ sizeBytes, bytes }: LogChunk, tail: Uint8Array): Uint8Array | "replaced" {
  // Gone for a moment, as while it is being replaced: look again.
  if (sizeBytes === undefined) return new Uint8Array();
  const same = bytes.length >= tail.length && tail.every((byte, index) => bytes[index] === byte);
  return same ? bytes.slice(tail.length) : "replaced";
}

function lastBytes(tail: Uint8Array, fresh: Uint8Array): Uint8Array {
  const joined = new Uint8Array(tail.length + fresh.length);
  joined.set(tail);
  joined.set(fresh, tail.length);
  return joined.slice(-overlapBytes);
}

/** Ends early when the job ends. */
async function pause(clock: Clock, milliseconds: number, { signal, ended }: FollowOptions): Promise<void> {
  const either = AbortSignal.any([...(signal === undefined ? [] : [signal]), ...(ended.aborted ? [] : [ended])]);
  await clock.sleep(milliseconds, { signal: either }).catch((error: unknown) => {
    if (signal?.aborted === true || !ended.aborted) throw error;
  });
}
