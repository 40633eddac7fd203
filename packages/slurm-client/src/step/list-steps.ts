import type { Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { readEpoch } from "../cluster/slurm-values.js";
import { commandFailed } from "../error/command-failed.js";
import { couldNotAsk, isUnknownId } from "../queue/queue-answer.js";
import { squeue } from "../queue/queue-format.js";

/** A step that srun has started, and that has not ended. */
export interface LiveStep {
  /** As Slurm's programs take it: `12.0`, of an array's task `12_3.0`, of a component `12+1.0`. */
  readonly id: string;
  /** Of all steps of its job, from 0. */
  readonly number: number;
  readonly name: string;
  /** Seconds since the epoch, as accounting has it, too: a job that is queued again counts its steps from 0 again. */
  readonly startedAtSeconds: number | undefined;
}

/** Asks for the steps of a job that run now, in order; those that Slurm starts by itself (`batch`, `extern`) are left out. @throws ControllerUnreachableError, SlurmCommandError */
export async function listSteps({ transport, programs }: CommandLine, jobId: string, options: Cancellable = {}): Promise<readonly LiveStep[]> {
  const result = await askSlurm(transport, programs, [...squeue, "--noheader", "--steps", `--jobs=${jobId}`, "--format=%i|%S|%j"], options);
  if (isUnknownId(result)) return [];
  if (couldNotAsk(result)) throw commandFailed(result);
  return parseSteps(result.stdout);
}

/** A name with a line in it could begin a row: it cannot pass for another job's, as only steps of one are asked for. */
export const parseSteps = (stdout: string): readonly LiveStep[] =>
  stdout
    .split("\n")
    .flatMap((line) => {
      const [, id, number, startedAt = "", name = ""] = /^((?:\d+(?:[_+]\d+)?)\.(\d+))\|([^|]*)\|(.*)$/.exec(line.trim()) ?? [];
      return id === undefined ? [] : [{ id, number: Number(number), name, startedAtSeconds: readEpoch(startedAt) }];
    })
    .sort((one, other) => one.number - other.number);
