import type { ExecResult } from "@hpckit/core";
import { SlurmCommandError } from "./slurm-error.js";

/** The error of a program of Slurm that ended badly, or whose answer is not certain. */
export const commandFailed = (result: ExecResult): SlurmCommandError => {
  const program = result.argv.find((word) => /^(?:sacct|sacctmgr|sbatch|scancel|scontrol|sdiag|sinfo|sprio|squeue|srun|sattach|sbcast|sshare|sstat)$/.test(word)) ?? "Slurm";
  return new SlurmCommandError(`${program} failed (${result.signal ?? `exit status ${String(result.exitCode)}`}): ${(result.stderr || result.stdout).trim().slice(-500)}`, {
    detail: { program, exitCode: result.exitCode },
  });
};
