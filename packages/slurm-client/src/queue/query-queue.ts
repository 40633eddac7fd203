import { randomUUID } from "node:crypto";
import type { Cancellable, ExecResult } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import { parseQueue, type QueueRow } from "./parse-queue.js";
import { queueFormat } from "./queue-format.js";

/** More ids than this are not listed: all jobs of the user are asked for instead. */
const mostIds = 1000;

/**
 * Asks the queue once for any number of jobs; those that ended lately are included. A job that the controller does not know
 * has no row.
 * @param ids - of jobs and array jobs; not empty, because an empty list would mean every job of the cluster.
 * @throws SlurmCommandError whenever squeue's answer is not certain: never evidence about a job.
 */
export async function queryQueue({ transport, programs, facts }: CommandLine, ids: readonly string[], options: Cancellable = {}): Promise<readonly QueueRow[]> {
  if (ids.length === 0) return [];
  const recordEnd = `\x1e${randomUUID()}\x1e`;
  const which = ids.length > mostIds ? `--user=${facts.uid}` : `--jobs=${ids.join(",")}`;
  const argv = ["squeue", "--noheader", "--states=all", which, `--Format=${queueFormat(recordEnd)}`];
  const result = await askSlurm(transport, programs, argv, options);
  if (isUnknownId(result)) return [];
  // It can exit with 0 although it could not ask.
  if (!result.ok || /error|timed out|unable/i.test(result.stderr)) throw commandFailed(result);
  const wanted = new Set(ids);
  return parseQueue(result.stdout, recordEnd).filter((row) => wanted.has(row.jobId));
}

/** squeue refuses one id that is unknown, and is silent about one of several. */
const isUnknownId = (result: ExecResult): boolean => result.exitCode === 1 && result.stdout === "" && result.stderr.includes("Invalid job id specified");
