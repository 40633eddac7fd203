import { randomBytes } from "node:crypto";
import type { Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { idChunks } from "../cluster/chunks-of.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import { parseQueue, type QueueReader, type QueueRow } from "./parse-queue.js";
import { couldNotAsk, isUnknownId } from "./queue-answer.js";
import { queueFormat, squeue } from "./queue-format.js";

/** squeue compares each id with each job, one by one: of more ids than these it is not told, and theirs are picked out here. */
const mostIds = 200;
/** The command that {@link queryQueue} runs. @param which - options that say which jobs. */
export const queueCommand = (which: readonly string[], recordEnd: string): readonly string[] => [...squeue, "--noheader", "--states=all", ...which, `--Format=${queueFormat(recordEnd)}`];

export interface QueueOptions extends Cancellable {
  /** How an answer for several jobs is read. */
  readonly read?: QueueReader | undefined;
}

/**
 * Asks the queue for any number of jobs; those that ended lately are included. A job that the controller does not know has no row.
 *
 * Usually that is one squeue. For one job the controller sends that alone. For several it sends those of this user: a list of ids
 * would have it send every job of the cluster. Only jobs that are not among them are asked for once more, by their ids: they may be
 * another user's.
 * @param ids - of jobs and array jobs; not empty, because an empty list would mean every job of the cluster.
 * @throws ControllerUnreachableError, SlurmCommandError whenever squeue's answer is not certain: never evidence about a job.
 */
export async function queryQueue(commandLine: CommandLine, ids: readonly string[], options: QueueOptions = {}): Promise<readonly QueueRow[]> {
  const byId = (some: readonly string[]): string => `--jobs=${some.join(",")}`;
  if (ids.length < 2) return ids.length === 0 ? [] : ask(commandLine, [byId(ids)], ids, options);
  const own = await ask(commandLine, [`--user=${commandLine.facts.uid}`, ...(ids.length > mostIds ? [] : [byId(ids)])], ids, options, options.read);
  const found = new Set(own.map(({ jobId }) => jobId));
  const rows = [...own];
  for (const some of idChunks(ids.filter((id) => !found.has(id)))) {
    for (const row of await ask(commandLine, [byId(some)], some, options)) rows.push(row);
  }
  return rows;
}

async function ask({ transport, programs }: CommandLine, which: readonly string[], ids: readonly string[], { signal }: Cancellable, read: QueueReader = parseQueue): Promise<readonly QueueRow[]> {
  // As short as nobody can guess: it stands in every row.
  const recordEnd = `\x1e${randomBytes(9).toString("base64url")}\x1e`;
  const result = await askSlurm(transport, programs, queueCommand(which, recordEnd), { signal });
  if (isUnknownId(result)) return [];
  if (couldNotAsk(result)) throw commandFailed(result);
  const wanted = new Set(ids);
  return read(result.stdout, recordEnd).filter((row) => wanted.has(row.jobId));
}
