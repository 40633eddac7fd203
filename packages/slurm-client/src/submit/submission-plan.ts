import { posix } from "node:path";
import type { CarriedSecret, Launch } from "@hpckit/core";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { JobSpec } from "../spec/job-spec.js";
import { renderBatchScript } from "./batch-script.js";
import { renderSbatch } from "./sbatch-arguments.js";

/** All that a submission will do, as data. */
export interface SubmissionPlan {
  /** The command, whose standard input is the script. */
  readonly argv: readonly string[];
  /** The batch script; holds no secret. */
  readonly script: string;
  readonly workFolder: string;
  /** Absolute path of stdout, with Slurm's `%` patterns; of stderr too unless `error` is given. */
  readonly output: string;
  readonly error: string | undefined;
  /** Indices of an array job. */
  readonly tasks: readonly number[] | undefined;
  /** How many components a heterogeneous job has. */
  readonly components: number | undefined;
  /** Where the secrets will be written, mode 0600; undefined if the launch has none. */
  readonly secretsFile: string | undefined;
  readonly secrets: readonly CarriedSecret[];
  /** Stands at the end of the job's comment: by it the job is found if the answer to its submission is lost. */
  readonly mark: string;
}

export interface PlanOptions {
  readonly facts: Pick<ClusterFacts, "folder">;
  /** Absolute folder of our own on the shared file system. */
  readonly stateFolder: string;
  /** The cluster that is meant, where it is not the login node's own. */
  readonly cluster?: string | undefined;
  /** New and unguessable for every submission. */
  readonly token: string;
}

/** Renders a submission. Pure. */
export function planSubmission(spec: JobSpec, launch: Launch, { facts, stateFolder, cluster, token }: PlanOptions): SubmissionPlan {
  const workFolder = spec.workFolder ?? facts.folder;
  const absolute = (path: string): string => posix.resolve(workFolder, path);
  const output = absolute(spec.output ?? (spec.array === undefined ? "slurm-%j.out" : "slurm-%A_%a.out"));
  const error = spec.error === undefined ? undefined : absolute(spec.error);
  const secretsFile = posix.join(secretsFolder(stateFolder), token);
  const mark = `hpckit:${token}`;
  const comment = spec.comment === undefined ? mark : `${spec.comment} ${mark}`;
  const { text, secrets } = renderBatchScript(launch, { name: spec.name, secretsFile });
  return {
    argv: renderSbatch({ ...spec, cluster, comment, workFolder, output, error }),
    script: text,
    workFolder,
    output,
    error,
    tasks: spec.array?.tasks,
    components: spec.components?.length,
    secretsFile: secrets.length === 0 ? undefined : secretsFile,
    secrets,
    mark,
  };
}

export const secretsFolder = (stateFolder: string): string => posix.join(stateFolder, "secrets");

/** Folders that must be there before the job is queued; those with a pattern in their path are made of what only Slurm knows. */
export function neededFolders({ workFolder, output, error }: Pick<SubmissionPlan, "workFolder" | "output" | "error">): readonly string[] {
  const written = [output, error ?? output].map((file) => posix.dirname(file));
  return [...new Set([workFolder, ...written.filter((folder) => !folder.includes("%"))])];
}
