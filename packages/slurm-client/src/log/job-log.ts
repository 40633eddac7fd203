import { cancellableShape, HpckitError, OptionsError, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { followLog, type FollowOptions } from "./follow-log.js";
import { findLogFile, type LogStream } from "./log-file.js";
import type { LogStart } from "./log-reading.js";
import { merge } from "./merge.js";

export interface LogOptions extends Cancellable {
  /** Default `stdout`. Both are in one file unless the spec gave `error`; `both` reads that file once. */
  readonly stream?: LogStream | "both" | undefined;
  /** Go on until the job has ended and all was read (default), or read what is there now. */
  readonly follow?: boolean | undefined;
  /** Which task of an array job, or `all` of them, as they come. */
  readonly task?: number | "all" | undefined;
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
  readonly hasEnded: (task: number | undefined) => boolean;
  readonly ended: AbortSignal;
}

/** The output of a job in pieces: of each file in order, of several as they come. Options have been checked. */
export async function* logPieces(context: SlurmContext, reference: JobReference, options: LogOptions, end: LogEnd): AsyncGenerator<LogPiece> {
  const { stream = "stdout", signal } = options;
  const tasks = tasksToRead(reference, options.task);
  const streams: readonly LogStream[] = stream === "both" ? (reference.error === undefined || reference.error === reference.output ? ["stdout"] : ["stdout", "stderr"]) : [stream];
  if (options.fromOffset !== undefined && tasks.length * streams.length > 1) throw new OptionsError("job.log", [{ path: "fromOffset", message: "an offset is of one file: name one stream and one task" }]);
  const sources = tasks.flatMap((task) => streams.map((one) => onePart(context, { ...reference, task }, one, options, { ...end, signal })));
  const [only] = sources;
  yield* sources.length === 1 && only !== undefined ? only : merge(sources);
}

function tasksToRead({ id, tasks, task: own }: JobReference, asked: LogOptions["task"]): readonly (number | undefined)[] {
  const refuse = (message: string): never => {
    throw new OptionsError("job.log", [{ path: "task", message }]);
  };
  if (own !== undefined) return asked === undefined || asked === own || asked === "all" ? [own] : refuse(`this is task ${own} of job ${id}`);
  if (asked === "all") return tasks ?? refuse(`job ${id} has no tasks: it is no array`);
  if (asked !== undefined && tasks?.includes(asked) !== true) refuse(`job ${id} has no task ${asked}`);
  if (asked === undefined && tasks !== undefined) refuse('is known per task: say which with { task }, or { task: "all" }');
  return [asked];
}

function startOf({ fromOffset, lastBytes, lastLines }: LogOptions): LogStart {
  if (lastBytes !== undefined) return { lastBytes };
  return lastLines === undefined ? { offset: fromOffset ?? 0 } : { lastLines };
}

async function* onePart(context: SlurmContext, reference: JobReference, stream: LogStream, options: LogOptions, end: LogEnd & Cancellable): AsyncGenerator<LogPiece> {
  const { task } = reference;
  const { signal } = end;
  const hasEnded = (): boolean => end.hasEnded(task);
  const file = await waitForFile(context, reference, stream, { follow: options.follow ?? true, hasEnded, signal });
  if (file === undefined) return;
  const following: FollowOptions = { follow: options.follow ?? true, start: startOf(options), hasEnded, ended: end.ended, intervalMs, signal };
  let decoder = new TextDecoder();
  let reached = 0;
  for await (const piece of followLog(context.logs, context.clock, file, following)) {
    if (piece.begunAnew) decoder = new TextDecoder();
    reached = piece.offset + piece.bytes.length;
    yield { stream, task, file, ...piece, text: decoder.decode(piece.bytes, { stream: true }) };
  }
  const rest = decoder.decode();
  if (rest !== "") yield { stream, task, file, bytes: new Uint8Array(), offset: reached, begunAnew: false, text: rest };
}

/** A name that only the node knows is asked for until the job has begun. */
async function waitForFile(context: SlurmContext, reference: JobReference, stream: LogStream, { follow, hasEnded, signal }: Pick<FollowOptions, "follow" | "hasEnded"> & Cancellable): Promise<string | undefined> {
  for (;;) {
    const ended = hasEnded();
    const file = await findLogFile(context, reference, stream, { signal }).catch((error: unknown) => {
      if (follow && error instanceof HpckitError && error.retryable) return undefined;
      throw error;
    });
    if (file !== undefined || ended || !follow) return file;
    await context.clock.sleep(intervalMs, { signal });
  }
}
