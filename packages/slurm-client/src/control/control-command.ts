import type { Cancellable, ExecResult } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { chunksOf } from "../cluster/chunks-of.js";
import { cleanCommand } from "../cluster/slurm-command.js";
import { commandFailed, isUnreachable } from "../error/command-failed.js";
import { ControllerUnreachableError } from "../error/slurm-error.js";
import { targetId, type JobAction, type JobTarget } from "./job-action.js";
import { parseScancelReplies, parseScontrolReply, type ControlReply } from "./parse-control-reply.js";

/** Ids in one call of scancel: far below what a command line holds. */
const idsPerCall = 1000;

/**
 * Tells Slurm to do one thing with any number of jobs, in one round trip.
 * @returns a reply for each target, in order.
 * @throws ControllerUnreachableError, SlurmCommandError: then it is not known what was done.
 */
export async function controlJobs(commandLine: CommandLine, action: JobAction, targets: readonly JobTarget[], options: Cancellable = {}): Promise<readonly ControlReply[]> {
  if (targets.length === 0) return [];
  const commands = renderControl(action, targets);
  const results = await commandLine.transport.batch(commands.map((argv) => cleanCommand(commandLine.programs, argv)), { signal: options.signal, timeoutMs: 300_000 });
  for (const result of results) refuseUncertain(result);
  if (commands[0]?.[0] !== "scancel") return results.map(parseScontrolReply);
  const replies = parseScancelReplies(results.map(({ stderr }) => stderr).join("\n"));
  for (const result of results) if (!result.ok && replies.size === 0) throw commandFailed(result);
  return targets.map((target) => replies.get(targetId(target)) ?? { kind: "done", refused: [] });
}

function refuseUncertain(result: ExecResult): void {
  if (result.exitCode === undefined) throw commandFailed(result);
  if (isUnreachable(result.stderr)) {
    throw new ControllerUnreachableError(`the Slurm controller does not answer: ${result.stderr.trim().slice(-300)}; whether it was told is not known: look at the job before telling it again`);
  }
  if (/not found|No such file/.test(result.stderr) && (result.exitCode === 127 || result.exitCode === 126)) throw commandFailed(result);
}

/** The commands of an order: one scancel for many jobs, one scontrol for each, whose exit status is then its own. */
export function renderControl(action: JobAction, targets: readonly JobTarget[]): readonly (readonly string[])[] {
  const ids = targets.map(targetId);
  switch (action.kind) {
    // Only --verbose says that a job had ended, or is unknown; scancel exits with 0 for both.
    case "cancel":
      return [...chunksOf(ids, idsPerCall)].map((some) => ["scancel", "--verbose", ...(action.hurry ? ["--hurry"] : []), ...some]);
    case "signal": {
      const receiver = { batch: ["--batch"], steps: [], all: ["--full"] }[action.to];
      return [...chunksOf(ids, idsPerCall)].map((some) => ["scancel", "--verbose", `--signal=${action.signal}`, ...receiver, ...some]);
    }
    case "requeue":
      return ids.map((id) => ["scontrol", action.hold ? "requeuehold" : "requeue", id]);
    case "update":
      return ids.map((id) => ["scontrol", "update", `JobId=${id}`, ...action.changes.map(({ name, value }) => `${name}=${value}`)]);
    default:
      return ids.map((id) => ["scontrol", action.kind === "hold" ? "uhold" : action.kind, id]);
  }
}
