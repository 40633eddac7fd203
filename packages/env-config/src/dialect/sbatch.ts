import { isKeptByShells } from "@hpckit/core";
import { refuseWhere, setInLaunch, type Dialect, type Refusal } from "./dialect.js";

/** What slurmd sets in every job, or unsets where the job has no such device. */
const kept = /^(?:SLURM_.*|SLURMD_.*|CUDA_VISIBLE_DEVICES|DISPLAY|ENVIRONMENT|GPU_DEVICE_ORDINAL|HOSTNAME|ROCR_VISIBLE_DEVICES|TMPDIR|ZE_AFFINITY_MASK)$/;

const secrets: Refusal = { reason: "is a secret, and Slurm keeps a job's environment and shows it (sacct --env-vars)", nextStep: "set it with the layer variables() of a launch, which carries it in a file of mode 0600" };

function refuseName(name: string): Refusal | undefined {
  if (kept.test(name)) return { reason: "is set by Slurm itself in a job", nextStep: "choose another name" };
  if (isKeptByShells(name)) return { reason: "is a name that the shell of a batch script keeps for itself", nextStep: "choose another name" };
  return undefined;
}

/** The list of `--export=`, to stand after `ALL,` or `NIL,`. Quotes join entries there and are not taken off, so they cannot help. @see sbatch(1) */
export const sbatchExport: Dialect = {
  title: "--export of sbatch",
  secrets,
  separator: ",",
  mostBytes: 131_000, // of Linux's 131 072 in one argument, with room for the option's name
  refuse: (name, value) => refuseName(name) ?? refuseWhere(value, /[,"']/, "holds a comma or a quote, at which sbatch splits or joins its list", "write for sbatch-export-file, or set it with the layer variables() of a launch"),
  write: (name, value) => `${name}=${value}`,
};

/** The file of `--export-file=`, which Slurm from 24.11 reads only with `--export=ALL` beside it. @see sbatch(1) */
export const sbatchExportFile: Dialect = {
  title: "an --export-file of sbatch",
  secrets: { ...secrets, nextStep: setInLaunch },
  refuse: refuseName,
  write: (name, value) => `${name}=${value}\0`,
};
