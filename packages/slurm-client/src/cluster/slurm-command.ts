import { lines, raw, sh, variableName, type Cancellable, type ExecResult, type ShellExpression, type Transport } from "@hpckit/core";

/** How Slurm's programs are started on the login node. */
export interface SlurmPrograms {
  /** Folder of `sbatch` and its kin, where the login's PATH lacks it. */
  readonly binFolder: string | undefined;
  /** Variables of the login that pass, to the programs and to jobs. */
  readonly keepVariables: readonly string[];
  /** The cluster that is meant, where it is not the login node's own. Slurm finds it through accounting. */
  readonly cluster?: string | undefined;
}

/** Who somebody is and where programs are. Nothing else of a login's environment passes: see the decision page on job environments. */
const passed = ["HOME", "USER", "LOGNAME", "SHELL", "PATH", "SLURM_CONF"];

/** Times as seconds, index lists whole, messages in English. */
const readable = ["SLURM_TIME_FORMAT=%s", "SLURM_BITSTR_LEN=0", "LC_ALL=C"];

/**
 * squeue is given no times, so none can be misunderstood in another zone. Where TZ is unset, the C library looks at the zone's file for each time
 * that is printed: half of the work of a long answer.
 */
const inUtc = (program: string): readonly string[] => (program === "squeue" ? ["TZ=UTC0"] : []);

/** Unset variables leave no word behind. */
const keep = (name: string): ShellExpression => raw(`\${${variableName(name)}+"${name}=$${name}"}`);

/** Shell that becomes `words` in a clean environment: no SBATCH_*, SLURM_*, SQUEUE_* or locale of whoever calls. */
export function renderCleanStart({ binFolder, keepVariables }: SlurmPrograms, words: readonly (string | ShellExpression)[]): ShellExpression {
  return lines(
    binFolder === undefined ? undefined : sh`PATH=${binFolder}:"$PATH"`,
    sh`exec env -i ${[...new Set([...passed, ...keepVariables])].map(keep)} ${words}`,
  );
}

/** A command for a transport that runs `argv` in a clean environment, with output that programs can read. */
export function cleanCommand(programs: SlurmPrograms, argv: readonly string[]): readonly string[] {
  const { cluster } = programs;
  // For questions only: in a submission the job would inherit the variable.
  const meant = cluster === undefined ? [] : [`SLURM_CLUSTERS=${cluster}`];
  const [program = "", ...words] = argv;
  // These two do not read it (22.05 to 26.05), and would tell of the login node's own jobs and accounts.
  const chosen = cluster !== undefined && (program === "sacct" || program === "sshare") ? [`--clusters=${cluster}`] : [];
  return ["/bin/sh", "-c", renderCleanStart(programs, [...readable, ...inUtc(program), ...meant, raw('"$@"')]).shell, "hpckit", program, ...chosen, ...words];
}

/** Asks Slurm something. A non-zero exit is a result. */
export function askSlurm(transport: Transport, programs: SlurmPrograms, argv: readonly string[], { signal }: Cancellable = {}): Promise<ExecResult> {
  return transport.exec(cleanCommand(programs, argv), { signal, timeoutMs: 120_000 });
}
