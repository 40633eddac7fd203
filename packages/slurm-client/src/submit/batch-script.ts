import { lines, raw, renderScript, sh, type CarriedSecret, type Launch, type ScriptFragment, type ShellExpression } from "@hpckit/core";

/** A batch script, without a secret in it: Slurm stores it, and shows it. */
export interface BatchScript {
  readonly text: string;
  /** What stands in the secrets file. */
  readonly secrets: readonly CarriedSecret[];
}

export interface BatchScriptOptions {
  readonly name: string | undefined;
  /** What makes sure that one of all jobs with the same key runs. */
  readonly fence: ShellExpression;
  /** What tells of its start and its end; by default nothing. */
  readonly bell?: ShellExpression | undefined;
  /** Where the secrets of the launch will be, if it has any. */
  readonly secretsFile: string;
}

/** Status of a script that finds no secrets. @see sysexits.h, EX_CONFIG */
export const secretsMissingStatus = 78;

/** Renders the script of a batch job: the launch, on the first node of the job. */
export function renderBatchScript(launch: Launch, { name, fence, bell, secretsFile }: BatchScriptOptions): BatchScript {
  const { dialect, text, secrets } = renderScript(launch, { onEveryNode });
  const script = lines(
    // A comment cannot become a directive: it begins with a blank, and names have no line breaks.
    raw(`#!/bin/${dialect}`),
    raw(`# ${name ?? "Job"}: rendered by @hpckit/slurm-client. Runs on the first node of the job.`),
    fence,
    bell,
    secrets.length === 0 ? undefined : readSecrets(secretsFile),
    raw(text),
  );
  return { text: script.shell.endsWith("\n") ? script.shell : `${script.shell}\n`, secrets };
}

const readSecrets = (file: string): ShellExpression => sh`
  if [ ! -r ${file} ]; then
    echo ${`hpckit: this job's secrets are not readable at ${file}: they were removed, or this node does not see that folder`} >&2
    exit ${secretsMissingStatus}
  fi
  . ${file}
`;

/** The content of a secrets file: assignments that the script reads. */
export const renderSecrets = (secrets: readonly CarriedSecret[]): string =>
  `${lines(...secrets.map(({ name, value }) => sh`${raw(name)}=${value.reveal()}`)).shell}\n`;

/** Variables of a job that srun takes for options and that forbid one task on each node: tried with every field on 22.05, 24.11 and 26.05. */
const inTheWay = ["SLURM_GPUS_PER_NODE", "SLURM_NTASKS_PER_GPU", "SLURM_DISTRIBUTION"];

/**
 * Runs a fragment once on every node of the job. Options stand on the command line, over what the job's own variables would say;
 * `--overlap` lets it run beside what holds the CPUs.
 * @see srun(1); `--overlap` since 20.11
 */
export function onEveryNode(node: ScriptFragment): ShellExpression {
  return sh`( unset ${inTheWay}; exec srun --nodes="$SLURM_JOB_NUM_NODES" --ntasks="$SLURM_JOB_NUM_NODES" --ntasks-per-node=1 --cpus-per-task=1 --overlap --gres=none --mpi=none --export=ALL ${[`/bin/${node.dialect}`, "-c", lines(sh`set -e`, raw(node.shell)).shell]} )`;
}
