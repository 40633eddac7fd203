import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { cleanCommand } from "../cluster/slurm-command.js";

/**
 * What the scheduler says of a job that is only tried. A refusal here is weaker than one of a submission: 24.11 and 26.05 also say so of
 * jobs that they would queue behind a reservation.
 */
export type TrialStart =
  /**
   * Of a heterogeneous job Slurm tries each component by itself: the start is that of the last to begin, nodes and CPUs are those of all, and the
   * partition, of which each may have its own, is undefined.
   */
  | { readonly kind: "starts"; readonly startsAtSeconds: number; readonly nodes: string; readonly partition: string | undefined; readonly cpus: number }
  | { readonly kind: "refused"; readonly message: string };

/** A submission that can be tried: the command, and the script on its standard input. */
export interface TrialSubmission {
  readonly argv: readonly string[];
  readonly script: string;
}

/** Has sbatch say when a job would start, and queues nothing. @see sbatch(1), `--test-only` */
export async function tryStart({ transport, programs }: CommandLine, { argv: [program = "sbatch", ...options], script }: TrialSubmission, { signal }: Cancellable = {}): Promise<TrialStart> {
  const argv = [program, "--test-only", ...options.filter((word) => word !== "--parsable")];
  const result = await transport.exec(cleanCommand(programs, argv), { stdin: script, signal, timeoutMs: 120_000 });
  return parseTrialStart(`${result.stdout}\n${result.stderr}`);
}

/**
 * 26.05 writes "at 1795308370 a using", or "at 1795308370 on cluster alps a using"; of a heterogeneous job every version ends with
 * "processors on c[1-2]". @see Slurm 22.05 to 26.05, slurm_job_will_run() and slurm_het_job_will_run() in src/api/allocate.c
 */
const start = /Job \d+ to start at (\d+)(?: on cluster \S+)?(?: a)? using (\d+) processors on (?:nodes (\S+) in partition (\S+)|(\S+)$)/m;

/** Reads what `sbatch --test-only` printed. @throws OutputUnreadableError where it is neither a start nor a refusal. */
export function parseTrialStart(printed: string): TrialStart {
  const [, startsAt, cpus, nodes, partition, nodesOfAll = ""] = start.exec(printed) ?? [];
  if (startsAt !== undefined) return { kind: "starts", startsAtSeconds: Number(startsAt), nodes: nodes ?? nodesOfAll, partition, cpus: Number(cpus) };
  const message = /^allocation failure: (.*)$/m.exec(printed)?.[1];
  if (message === undefined) throw new OutputUnreadableError("sbatch --test-only", "neither a start nor a refusal", printed);
  return { kind: "refused", message };
}
