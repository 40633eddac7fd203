import type { Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { explainReason } from "../state/explain-reason.js";
import { queryWaiting, type WaitingJob, type WaitingPart } from "./waiting-job.js";

/** When the scheduler expects a pending job to start; it knows only while it plans for it. */
export interface StartEstimate extends WaitingPart {
  /** Seconds since the epoch; undefined while the scheduler has no plan for it, and while it is held. */
  readonly startsAtSeconds: number | undefined;
  /** Nodes that it is planned for, in Slurm's short form. */
  readonly nodes: string | undefined;
  /** Why it waits, in Slurm's words. */
  readonly reason: string | undefined;
}

export const queryStartEstimates = async (commandLine: CommandLine, ids: readonly string[], options: Cancellable = {}): Promise<readonly StartEstimate[]> => (await queryWaiting(commandLine, ids, options)).map(estimateOf);

export function estimateOf({ part, startsAtSeconds, nodes, reason }: WaitingJob): StartEstimate {
  // Slurm goes on showing the plan that it had when the job was held (22.05, 24.11).
  const isHeld = explainReason(reason)?.kind === "held";
  return { ...part, startsAtSeconds: isHeld ? undefined : startsAtSeconds, nodes: isHeld ? undefined : nodes, reason };
}
