import { cancellableShape, HpckitError, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { followLog, type FollowOptions } from "./follow-log.js";
import { findLogFile, type LogSource, type LogStream } from "./log-file.js";
import { findLogParts, type LogPart } from "./log-parts.js";
import type { LogStart } from "./log-reading.js";
import { merge } from "./merge.js";

export interface LogOptions extends Cancellable {
  /** Default `stdout`. Both are in one file unless the spec gave `error`; `both` reads that file once. */
  readonly stream?: LogStream | "both" | undefined;
  /** Go on until the job has ended and all was read (default), or read what is there now. */
  readonly follow?: boolean | undefined;
  /** Which task of an array job, or `all` of them, as they come. */
  readonly task?: number | "all" | undefined;
  /**
   * A file that steps of the job write, instead of its own output: the pattern as `step({ output })` has it (`%j`, `%A`, `%a`, `%x`, `%u`), relative to the work
   * folder.
   */
  readonly file?: string | undefined;
  /**
   * Of a heterogeneous job, with `file`: whose, where each component's steps write their own (`%j` is the component's id), or `all` of them, as they
   * come. What they print without a file of their own is in the output of the first.
   */
  readonly component?: number | "all" | undefined;
  /** Begin at this byte of the file: where an earlier reading stopped, `offset + bytes.length` of its last piece. */
  readonly fromOffset?: number | undefined;
  /** Begin so many bytes before the end. */
  readonly lastBytes?: number | undefined;
  /** Begin so many lines before the end. */
  readonly lastLines?: number | undefined;
}

/** A piece of a job's output. */
export interface LogPiece {
  readonly stream: LogStream;
  /** Of an array job: which task wrote it. */
  readonly task: number | undefined;
  /** Of a heterogeneous job whose components write files of their own: which one did. */
  readonly component: number | undefined;
  readonly file: string;
  /** As it was written. */
  readonly bytes: Uint8Array;
  /** Decoded as UTF-8, across pieces; what is no text becomes U+FFFD. */
  readonly text: string;
  /** Where in the file it begins, in bytes. */
  readonly offset: number;
  /** Whether the file was begun anew here: by a requeue without `--open-mode=append`, or by a rotation. */
  readonly begunAnew: boolean;
}

const count = z.int().nonnegative();

export const logOptionsSchema: z.ZodType<LogOptions> = z
  .strictObject({
    stream: z.enum(["stdout", "stderr", "both"]).optional(),
    follow: z.boolean().optional(),
    task: z.union([count, z.literal("all")]).optional(),
    file: z.string().min(1).optional(),
    component: z.union([count, z.literal("all")]).optional(),
    fromOffset: count.optional(),
    lastBytes: count.optional(),
    lastLines: count.optional(),
    ...cancellableShape,
  })
  .refine(({ fromOffset, lastBytes, lastLines }) => [fromOffset, lastBytes, lastLines].filter((start) => start !== undefined).length <= 1, { error: "one of fromOffset, lastBytes and lastLines" });

/** Longest time between two readings. */
const intervalMs = 5000;

/** How the end of a job is told to who reads its log. */
export interface LogEnd {
  /** @param part - a task or a component; undefined for the whole. */
  readonly hasEnded: (part: number | undefined) => boolean;
  readonly ended: AbortSignal;
}

/** The output of a job in pieces: of each file in order, of several as they come. Options have been checked. */
export async function* logPieces(context: SlurmContext, reference: JobReference, options: LogOptions, end: LogEnd): AsyncGenerator<LogPiece> {
  const { signal } = options;
  const sources = findLogParts(reference, options).map((part) => onePart(context, reference, part, options, { ...end, signal }));
  const [only] = sources;
  yield* sources.length === 1 && only !== undefined ? only : merge(sources);
}

function startOf({ fromOffset, lastBytes, lastLines }: LogOptions): LogStart {
  if (lastBytes !== undefined) return { lastBytes };
  return lastLines === undefined ? { offset: fromOffset ?? 0 } : { lastLines };
}

async function* onePart(context: SlurmContext, reference: JobReference, part: LogPart, options: LogOptions, end: LogEnd & Cancellable): AsyncGenerator<LogPiece> {
  const { signal } = end;
  const hasEnded = (): boolean => end.hasEnded(part.task ?? part.component);
  const file = await waitForFile(context, reference, { ...part, file: options.file }, { follow: options.follow ?? true, hasEnded, signal });
  if (file === undefined) return;
  const following: FollowOptions = { follow: options.follow ?? true, start: startOf(options), hasEnded, ended: end.ended, intervalMs, signal };
  let decoder = new TextDecoder();
  let reached = 0;
  for await (const piece of followLog(context.logs, context.clock, file, following)) {
    if (piece.begunAnew) decoder = new TextDecoder();
    reached = piece.offset + piece.bytes.length;
    yield { ...part, file, ...piece, text: decoder.decode(piece.bytes, { stream: true }) };
  }
  const rest = decoder.decode();
  if (rest !== "") yield { ...part, file, bytes: new Uint8Array(), offset: reached, begunAnew: false, text: rest };
}

/** A name that only the node knows is asked for until the job has begun. */
async function waitForFile(context: SlurmContext, reference: JobReference, source: LogSource, { follow, hasEnded, signal }: Pick<FollowOptions, "follow" | "hasEnded"> & Cancellable): Promise<string | undefined> {
  for (;;) {
    const ended = hasEnded();
    const file = await findLogFile(context, reference, source, { signal }).catch((error: unknown) => {
      if (follow && error instanceof HpckitError && error.retryable) return undefined;
      throw error;
    });
    if (file !== undefined || ended || !follow) return file;
    await context.clock.sleep(intervalMs, { signal });
  }
}
