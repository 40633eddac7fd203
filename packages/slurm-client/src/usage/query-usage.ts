import type { Cancellable } from "@hpckit/core";
import { accountingFailed } from "../accounting/accounting-answer.js";
import type { CommandLine } from "../backend/command-line.js";
import { cleanCommand } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import { liveUsageCommand, parseLiveRows, parseUsageRows, usageCommand, type LiveRow, type UsageRow } from "./usage-row.js";

export interface UsageRows {
  readonly accounting: readonly UsageRow[];
  /** Steps that run now. */
  readonly live: readonly LiveRow[];
}

export interface UsageQuery extends Cancellable {
  /** The own ids of jobs whose steps may still run: of a heterogeneous job those of its components, as sstat knows its first alone by the job's. */
  readonly running?: readonly string[] | undefined;
}

/** Asks accounting and, for steps that run, the nodes, in one round trip. @throws SlurmCommandError if accounting's answer is not certain. */
export async function queryUsage({ transport, programs }: CommandLine, ids: readonly string[], { running = [], signal }: UsageQuery): Promise<UsageRows> {
  if (ids.length === 0) return { accounting: [], live: [] };
  // sstat asks the login node's own cluster, where the ids are other jobs'.
  const commands = running.length > 0 && programs.cluster === undefined ? [usageCommand(ids), liveUsageCommand(running)] : [usageCommand(ids)];
  const [accounted, live] = await transport.batch(commands.map((argv) => cleanCommand(programs, argv)), { signal, timeoutMs: 120_000 });
  if (accounted === undefined) throw new RangeError("a batch gives a result for each command");
  if (accountingFailed(accounted)) throw commandFailed(accounted);
  // sstat fails for a job that does not run, and for one of another user: then nothing is known of steps that run.
  return { accounting: parseUsageRows(accounted.stdout), live: live?.ok === true ? parseLiveRows(live.stdout) : [] };
}
