import { cancellableShape, OptionsError, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { eitherSignal } from "../concurrency/either-signal.js";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { followLog, type FilePiece, type FollowOptions } from "./follow-log.js";
import type { LogStream } from "./log-file.js";
import { findLogFiles, type LogEnd, type LogFile } from "./log-files.js";
import { collectGaps, type LogGaps } from "./log-gaps.js";
import { findLogParts, type LogPart } from "./log-parts.js";
import type { LogStart } from "./log-reading.js";
import { merge } from "./merge.js";

export interface LogOptions extends Cancellable {
  /** Default `stdout`. Both are in one file unless the spec gave `error`; `both` reads that file once. */
  readonly stream?: LogStream | "both" | undefined;
  /** Go on until the job has ended and all was read (default), or read what is there now: that there is no file is an error then only where this handle has seen the job's end. */
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
  /**
   * Begin at this byte of the file: where an earlier reading stopped, `offset + bytes.length` of its last piece. Of a file that was begun anew meanwhile (a requeue)
   * and is longer already, what stands before it is not given: begin at 0 where the job's `restarts` have risen.
   */
  readonly fromOffset?: number | undefined;
  /** Begin so many bytes before the end. */
  readonly lastBytes?: number | undefined;
  /** Begin so many lines before the end. */
  readonly lastLines?: number | undefined;
}

/** A piece of a job's output. */
export interface LogPiece {
  readonly stream: LogStream;
  /** Of an array job: which task wrote it; undefined where several write one file. */
  readonly task: number | undefined;
  /** Of a heterogeneous job whose components write files of their own: which one did; undefined where several write one. */
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

/**
 * The output of a job in pieces: of each file in order, of several as they come. Options have been checked.
 * @throws SlurmError `log-missing`, `log-unreadable`, when all that can be read was given
 */
export async function* logPieces(context: SlurmContext, reference: JobReference, options: LogOptions, end: LogEnd): AsyncGenerator<LogPiece> {
  const leaving = new AbortController();
  const signal = eitherSignal(options.signal, leaving.signal);
  const gaps = collectGaps();
  try {
    yield* merge(gaps.within(readers(context, reference, { ...options, signal }, { ...end, gaps })));
    gaps.tell();
  } finally {
    leaving.abort();
  }
}

/** One for each file. */
async function* readers(context: SlurmContext, reference: JobReference, options: LogOptions, { gaps, ...end }: LogEnd & { readonly gaps: LogGaps }): AsyncGenerator<AsyncGenerator<LogPiece>> {
  const { follow = true, signal, fromOffset } = options;
  let count = 0;
  for await (const file of findLogFiles(context, reference, findLogParts(reference, options), { ...end, file: options.file, follow, signal })) {
    if (fromOffset !== undefined && ++count > 1) throw new OptionsError("job.log", [{ path: "fromOffset", message: "an offset is of one file: name one stream, one task and one component" }]);
    const { hasEnded, hasRun, restarts } = file;
    yield gaps.within(readFile(context, file, { follow, start: startOf(options), hasEnded, hasRun, restarts, ended: end.ended, intervalMs, signal }));
  }
}

function startOf({ fromOffset, lastBytes, lastLines }: LogOptions): LogStart {
  if (lastBytes !== undefined) return { lastBytes };
  return lastLines === undefined ? { offset: fromOffset ?? 0 } : { lastLines };
}

async function* readFile({ logs, clock }: SlurmContext, { path: file, parts }: LogFile, options: FollowOptions): AsyncGenerator<LogPiece> {
  const piece = (read: FilePiece, text: string): LogPiece => ({ stream: parts[0]?.stream ?? "stdout", task: common(parts, "task"), component: common(parts, "component"), file, ...read, text });
  let decoder = new TextDecoder();
  let reached = 0;
  for await (const read of followLog(logs, clock, file, options)) {
    if (read.begunAnew) decoder = new TextDecoder();
    reached = read.offset + read.bytes.length;
    yield piece(read, decoder.decode(read.bytes, { stream: true }));
  }
  const rest = decoder.decode();
  if (rest !== "") yield piece({ bytes: new Uint8Array(), offset: reached, begunAnew: false }, rest);
}

/** Which task or component a file is of; undefined where several write it. */
const common = (parts: readonly LogPart[], name: "task" | "component"): number | undefined => (parts.every((part) => part[name] === parts[0]?.[name]) ? parts[0]?.[name] : undefined);
