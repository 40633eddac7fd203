import { OutputUnreadableError, sh, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../../backend/command-line.js";
import { isSince } from "../../cluster/release.js";
import type { SlurmVersion } from "../../cluster/slurm-version.js";
import { renderCleanStart } from "../../cluster/slurm-command.js";
import { commandFailed } from "../../error/command-failed.js";

/** What sbatch would take from the login node, and slurmrestd is told. */
export interface LoginEnvironment {
  readonly host: string;
  /** In octal, e.g. `0022`. */
  readonly umask: string;
  /** Those that pass to jobs. @see docs/decisions/slurm-environment.md */
  readonly variables: Readonly<Record<string, string>>;
}

const script = sh`uname -n; umask; printf '\0'; env -0`;

/** Asks the login node. @throws OutputUnreadableError, SlurmCommandError */
export async function readLoginEnvironment({ transport, programs }: Pick<CommandLine, "transport" | "programs">, { signal }: Cancellable = {}): Promise<LoginEnvironment> {
  const argv = ["/bin/sh", "-c", renderCleanStart(programs, ["/bin/sh", "-c", script.shell]).shell];
  const result = await transport.exec(argv, { signal, timeoutMs: 60_000 });
  if (!result.ok) throw commandFailed(result);
  const [head = "", ...pairs] = result.stdout.split("\0");
  const [host, umask] = head.split("\n");
  if (host === undefined || umask === undefined || !/^[0-7]+$/.test(umask)) throw new OutputUnreadableError("env", "no environment", head);
  const variables = pairs.flatMap((pair): [string, string][] => {
    const at = pair.indexOf("=");
    return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)]] : [];
  });
  // The shell's own.
  return { host: host.split(".")[0] ?? host, umask, variables: Object.fromEntries(variables.filter(([name]) => !["PWD", "OLDPWD", "SHLVL", "_"].includes(name))) };
}

/** So that mpirun within a job starts by srun; sbatch 22.05 sets none of these, 24.11 and 26.05 all. @see sbatch(1), srun(1) `--external-launcher` */
const launcherVariables = {
  HYDRA_BOOTSTRAP: "slurm",
  HYDRA_LAUNCHER_EXTRA_ARGS: "--external-launcher",
  I_MPI_HYDRA_BOOTSTRAP: "slurm",
  I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS: "--external-launcher",
  OMPI_MCA_plm_slurm_args: "--external-launcher",
  PRTE_MCA_plm_slurm_args: "--external-launcher",
} as const;

/**
 * The environment that sbatch hands to a job on that login node, but for what its options add, and for its resource limits (`SLURM_RLIMIT_*`):
 * over slurmrestd a job has those of its node.
 */
export const jobEnvironment = ({ host, umask, variables }: LoginEnvironment, { workFolder, version }: { readonly workFolder: string; readonly version: SlurmVersion }): Readonly<Record<string, string>> => ({
  ...variables,
  SLURM_SUBMIT_DIR: workFolder,
  SLURM_SUBMIT_HOST: host,
  SLURM_UMASK: umask,
  ...(isSince("24.11", version) && launcherVariables),
});
