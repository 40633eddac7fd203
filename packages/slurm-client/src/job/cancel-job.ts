import type { Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";

/** Ends a job with scancel; one that has just ended is what was wanted. @throws SlurmCommandError */
export async function cancelJob({ transport, programs }: CommandLine, id: string, options: Cancellable = {}): Promise<void> {
  const result = await askSlurm(transport, programs, ["scancel", id], options);
  if (!result.ok && !/already completing or completed|Invalid job id/i.test(result.stderr)) throw commandFailed(result);
}
