import { posix } from "node:path";
import type { CarriedSecret, Launch } from "@hpckit/core";
import type { SlurmBackend } from "../backend/slurm-backend.js";
import { bellFile, renderBell } from "../bell/bell-script.js";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import { formatIndexList } from "../queue/index-ranges.js";
import type { SubmissionWay } from "../rest/submit/submission-way.js";
import type { JobSpec } from "../spec/job-spec.js";
import type { Patience } from "../watch/patience.js";
import { renderBatchScript } from "./batch-script.js";
import { claimFolder, fenceName } from "./claim-folder.js";
import { renderFence } from "./fence-script.js";
import { renderSbatch, type PlacedJobSpec } from "./sbatch-arguments.js";
import { attemptMark, digestOf, markOf } from "./submission-key.js";
import { renderSubmissions } from "./submit-over-command-line.js";
import type { SubmitRequest } from "./submit-request.js";

/** All that a submission will do, as data. */
export interface SubmissionPlan {
  /** By which the submission is known; where the caller gave none, a random one. */
  readonly key: string;
  /** By which way it goes; over slurmrestd, with what slurmrestd is told. Then no command is started; the rest of the plan holds as it is. */
  readonly way: SubmissionWay;
  /** The command, whose standard input is the script. */
  readonly argv: readonly string[];
  /** The batch script; holds no secret. It begins with the fence: of all jobs with this key one runs. */
  readonly script: string;
  /** What runs on the login node: it claims the key, starts the command, and records its answer. */
  readonly submitScript: string;
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
  /** Stands in the job's comment, before what is of one attempt alone: by it the job is found if the answer to its submission is lost. */
  readonly mark: string;
}

/** By what a submission is known. */
export interface SubmissionIdentity {
  readonly key: string;
  readonly namespace: string | undefined;
  readonly token: string;
}

/** A submission whose spec and launch are settled: what each of its attempts is made of. */
export interface Submission extends SubmissionIdentity {
  readonly spec: JobSpec;
  readonly launch: Launch;
}

export interface PlanOptions {
  readonly facts: Pick<ClusterFacts, "folder" | "name">;
  /** Absolute folder of our own on the shared file system. */
  readonly stateFolder: string;
  /** The cluster that is meant, where it is not the login node's own. */
  readonly cluster?: string | undefined;
  readonly patience: Pick<Patience, "heartbeatMs">;
  /** Whether the job tells of its start and its end. */
  readonly bell: boolean;
  readonly attempt: number;
  /** New and unguessable for every attempt. */
  readonly nonce: string;
}

/** One attempt at a submission: what is shown of it, and what is asked of a cluster. */
export interface PlannedAttempt {
  readonly plan: Omit<SubmissionPlan, "submitScript" | "way">;
  readonly request: SubmitRequest;
}

/** Renders one attempt. Pure. */
export function planAttempt({ key, token, spec, launch }: Submission, { facts, stateFolder, cluster, patience, bell, attempt, nonce }: PlanOptions): PlannedAttempt {
  const workFolder = spec.workFolder ?? facts.folder;
  const absolute = (path: string): string => posix.resolve(literalPattern(workFolder), path);
  const output = absolute(spec.output ?? (spec.array === undefined ? "slurm-%j.out" : "slurm-%A_%a.out"));
  const error = spec.error === undefined ? undefined : absolute(spec.error);
  const ownMark = attemptMark(token, nonce);
  const fence = renderFence({
    file: posix.join(claimFolder(stateFolder, facts.name), fenceName(token)),
    heartbeatSeconds: spec.array === undefined && spec.requeue !== false ? Math.ceil(patience.heartbeatMs / 1000) : undefined,
    warning: spec.warningSignal?.to === "batch" ? spec.warningSignal.name : undefined,
  });
  const ownSecrets = posix.join(secretsFolder(stateFolder), `${token}-${nonce}`);
  const { text: script, secrets } = renderBatchScript(launch, { name: spec.name, fence, bell: bell ? renderBell(bellFile(stateFolder, facts.name)) : undefined, secretsFile: ownSecrets });
  const secretsFile = secrets.length === 0 ? undefined : ownSecrets;
  const placed: PlacedJobSpec = { ...spec, cluster, comment: spec.comment === undefined ? ownMark : `${spec.comment} ${ownMark}`, workFolder, output, error };
  const tasks = spec.array?.tasks;
  const components = spec.components?.length;
  return {
    plan: { key, argv: renderSbatch(placed), script, workFolder, output, error, tasks, components, secretsFile, secrets, mark: markOf(token) },
    request: {
      token,
      attempt,
      nonce,
      header: {
        key,
        spec: digestOf({ ...spec, launch }),
        places: { name: spec.name, workFolder, output, error, tasks: tasks && formatIndexList(tasks), components, secretsFile },
      },
      folders: neededFolders({ workFolder, output, error }),
      spec: placed,
      script,
    },
  };
}

/** What a job would be queued as, for questions about it: under no key, and with nothing to run. */
export const planTrial = (spec: JobSpec, options: Pick<PlanOptions, "facts" | "stateFolder" | "patience" | "bell">): PlannedAttempt["plan"] =>
  planAttempt({ key: "trial", namespace: undefined, token: "trial", spec, launch: nothing }, { ...options, attempt: 1, nonce: "trial" }).plan;

const nothing: Launch = { argv: ["true"], setup: [], teardown: [], needs: [] };

/** What is shown of submissions that would be made together: each plan holds the whole script. */
export function showPlans(attempts: readonly PlannedAttempt[], { facts, stateFolder, backend }: Pick<PlanOptions, "facts" | "stateFolder"> & { readonly backend: Pick<SlurmBackend, "way"> }): readonly SubmissionPlan[] {
  // No answer is read by this marker: a real one is random.
  const submitScript = renderSubmissions(claimFolder(stateFolder, facts.name), attempts.map(({ request }) => request), "hpckit-marker");
  return attempts.map(({ plan, request }) => ({ ...plan, way: backend.way(request.spec), submitScript }));
}

export const secretsFolder = (stateFolder: string): string => posix.join(stateFolder, "secrets");

/** Slurm expands `%` patterns in the whole path of an output file, and takes the work folder as it is. */
const literalPattern = (path: string): string => path.replaceAll("%", "%%");

/** What a path without a pattern means; undefined for one that is made of what only Slurm knows. */
export const withoutPattern = (path: string): string | undefined => (path.replaceAll("%%", "").includes("%") ? undefined : path.replaceAll("%%", "%"));

/** Folders that must be there before the job is queued. */
function neededFolders({ workFolder, output, error }: Pick<SubmissionPlan, "workFolder" | "output" | "error">): readonly string[] {
  const ofOutput = [output, error].flatMap((file) => (file === undefined ? [] : (withoutPattern(posix.dirname(file)) ?? [])));
  return [...new Set([workFolder, ...ofOutput])];
}
