import type { ExecResult } from "@hpckit/core";
import { ControllerUnreachableError, SlurmCommandError } from "./slurm-error.js";

/** Programs that ask the controller and nobody else; of the others a refused connection may be one to slurmdbd or to a node. */
const controllersPrograms: ReadonlySet<string> = new Set(["sbatch", "scancel", "scontrol", "sdiag", "sinfo", "sprio", "squeue", "sshare"]);
const otherPrograms: ReadonlySet<string> = new Set(["sacct", "sacctmgr", "srun", "sattach", "sbcast", "sstat"]);

/** The controller did not answer: nothing is known, and of an order perhaps nothing was done. That slurmdbd did not is another thing. */
export const isUnreachable = (printed: string): boolean =>
  /Unable to contact slurm controller|Connection refused|Slurm controller is in standby|Socket timed out on send\/recv|Zero Bytes were transmitted|Resource temporarily unavailable/i.test(printed) &&
  !/slurmdbd|persist_?(?:conn|init)|DBD_|database/i.test(printed);

/** The error of a program of Slurm that ended badly, or whose answer is not certain. */
export function commandFailed(result: ExecResult): ControllerUnreachableError | SlurmCommandError {
  const program = result.argv.find((word) => controllersPrograms.has(word) || otherPrograms.has(word)) ?? "Slurm";
  const said = (result.stderr || result.stdout).trim().slice(-500);
  const options = { detail: { program, exitCode: result.exitCode } };
  const isSilent = controllersPrograms.has(program) ? isUnreachable(result.stderr) : result.stderr.includes("Unable to contact slurm controller");
  if (isSilent) return new ControllerUnreachableError(`the Slurm controller does not answer ${program}: ${said}; try again later`, options);
  return new SlurmCommandError(`${program} failed (${result.signal ?? `exit status ${String(result.exitCode)}`}): ${said}`, options);
}
