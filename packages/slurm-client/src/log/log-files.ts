import { HpckitError, type Cancellable } from "@hpckit/core";
import { SlurmError } from "../error/slurm-error.js";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { findLogPaths, type LogPath } from "./log-file.js";
import type { LogPart } from "./log-parts.js";
import { waitOrEnd } from "./wait-or-end.js";

/** How a job's progress is told to who reads its log. A part is a task or a component; undefined for the whole. */
export interface LogEnd {
  readonly hasBegun: (part: number | undefined) => boolean;
  readonly hasEnded: (part: number | undefined) => boolean;
  /** Whether it ran before it ended. */
  readonly hasRun: (part: number | undefined) => boolean;
  /** How often it had been queued again when it was last seen to run. */
  readonly restarts: (part: number | undefined) => number;
  readonly ended: AbortSignal;
}

/** A file that is read once, whoever writes it. */
export interface LogFile {
  readonly path: string;
  /** Who writes it; more may turn out to. */
  readonly parts: readonly LogPart[];
  readonly hasEnded: () => boolean;
  readonly hasRun: () => boolean;
  readonly restarts: () => number;
}

interface LogFilesOptions extends LogEnd, Cancellable {
  /** The pattern of a file that steps write. */
  readonly file: string | undefined;
  readonly follow: boolean;
}

/** Between two questions about names that only the cluster knows. */
const askMs = 5000;
/** Between two looks at what the watcher knows, which asks nobody. */
const lookMs = 1000;
/** After the end of the job a question that fails is asked so often. */
const mostFailures = 10;

/**
 * The files of a job's parts, each once, as soon as they are known. Names that depend on the node or the own id of a task are asked for together, when some have begun.
 * @throws SlurmError `log-missing` at the end, where a part has run and its name cannot be known any more
 */
export async function* findLogFiles(context: SlurmContext, reference: JobReference, parts: readonly LogPart[], options: LogFilesOptions): AsyncGenerator<LogFile> {
  const { file, follow, signal } = options;
  const known = new Map<string, LogFile & { readonly parts: LogPart[] }>();
  const hasEnded = ({ task, component }: LogPart): boolean => options.hasEnded(task ?? component);
  const hasRun = ({ task, component }: LogPart): boolean => options.hasRun(task ?? component);
  const hasBegun = (part: LogPart): boolean => hasEnded(part) || options.hasBegun(part.task ?? part.component);
  let open = parts;
  let isOneLost = false;
  let failures = 0;
  for (;;) {
    // What had ended before the question has all its names in the answer.
    const over = new Set(open.filter(hasEnded));
    const paths = await findLogPaths(context, reference, open.map((part) => ({ ...part, file })), { signal }).catch((error: unknown): undefined => {
      if (!follow || !(error instanceof HpckitError && error.retryable) || (over.size === open.length && ++failures >= mostFailures)) throw error;
    });
    if (paths !== undefined) {
      const fresh = open.flatMap((part, index) => takeIn(part, paths[index]));
      const nameless = open.filter((_, index) => paths[index]?.path === undefined);
      open = nameless.filter((part) => !over.has(part));
      isOneLost ||= nameless.some((part) => over.has(part) && hasRun(part));
      yield* fresh;
    }
    if (open.length === 0 || !follow) break;
    await waitOrEnd(context.clock, askMs, options);
    while (!open.some(hasBegun)) await waitOrEnd(context.clock, lookMs, options);
  }
  if (isOneLost) throw new SlurmError("log-missing", `job ${reference.id} has run, and Slurm no longer says what %N or %j stood for in the name of its output: name the file, job.log({ file })`);

  /** @returns the file, if it is a new one. */
  function takeIn(part: LogPart, found: LogPath | undefined): readonly LogFile[] {
    if (found?.path === undefined) return [];
    const { path, isShared } = found;
    const same = known.get(path);
    if (same !== undefined) {
      same.parts.push(part);
      return [];
    }
    const own = {
      path,
      parts: [part],
      hasEnded: (): boolean => own.parts.every(hasEnded) && !(isShared && open.length > 0),
      hasRun: (): boolean => own.parts.some(hasRun),
      restarts: (): number => own.parts.reduce((most, { task, component }) => Math.max(most, options.restarts(task ?? component)), 0),
    };
    known.set(path, own);
    return [own];
  }
}
