import type { Cancellable, ExecResult } from "@hpckit/core";
import { accountingFailed } from "../accounting/accounting-answer.js";
import type { CommandLine } from "../backend/command-line.js";
import { idChunks } from "../cluster/chunks-of.js";
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

/** sstat asks the nodes of each: of a whole array with more tasks that run, what they use is not known. */
const mostAsked = 1000;

/**
 * Asks accounting and, for steps that run, the nodes, in one round trip; in another for tasks of an array that the nodes were not asked for.
 * @throws SlurmCommandError if accounting's answer is not certain.
 */
export async function queryUsage({ transport, programs }: CommandLine, ids: readonly string[], { running = [], signal }: UsageQuery): Promise<UsageRows> {
  if (ids.length === 0) return { accounting: [], live: [] };
  const ask = async (...commands: readonly (readonly string[])[]): Promise<readonly ExecResult[]> =>
    transport.batch(commands.map((argv) => cleanCommand(programs, argv)), { signal, timeoutMs: 120_000 });
  // sstat asks the login node's own cluster, where the ids are other jobs'.
  const asksNodes = running.length > 0 && programs.cluster === undefined;
  const [accounted, answered] = await ask(usageCommand(ids), ...(asksNodes ? [liveUsageCommand(running)] : []));
  if (accounted === undefined) throw new RangeError("a batch gives a result for each command");
  if (accountingFailed(accounted)) throw commandFailed(accounted);
  const accounting = parseUsageRows(accounted.stdout);
  const live = liveRows(answered);
  const others = asksNodes ? unseen(accounting, live).filter((id) => !running.includes(id)) : [];
  if (others.length === 0) return { accounting, live };
  const commands = [...idChunks(others.slice(0, mostAsked))].map(liveUsageCommand);
  const more = await ask(...commands).catch(() => {
    signal?.throwIfAborted();
    // What is known already is not lost over it.
    return [];
  });
  return { accounting, live: [...live, ...more.flatMap(liveRows)] };
}

/** sstat fails for a job that does not run, and for one of another user: then nothing is known of steps that run. */
const liveRows = (answered: ExecResult | undefined): readonly LiveRow[] => (answered?.ok === true ? parseLiveRows(answered.stdout) : []);

/**
 * The own ids of tasks and components that run, and of which no step was seen. By the id of an array sstat of 22.05 and 23.02 finds its tasks only
 * while the one runs that has this id, its last.
 * @see Slurm 22.05 and 23.02, src/sstat/sstat.c: it looks up the allocation of the id that it was given
 */
function unseen(accounting: readonly UsageRow[], live: readonly LiveRow[]): readonly string[] {
  const seen = new Set(live.map(({ ownId }) => ownId));
  return accounting.filter(({ step, state, ownId }) => step === undefined && state.base === "RUNNING" && !seen.has(ownId)).map(({ ownId }) => ownId);
}
