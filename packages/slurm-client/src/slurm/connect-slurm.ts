import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { AbortedError, cancellableShape, millisecondsSchema, OptionsError, parseOptions, prepare, systemClock, type Cancellable, type Clock, type Launch, type Transport } from "@hpckit/core";
import { z } from "zod";
import { commandLineBackend } from "../backend/command-line.js";
import { checkJob } from "../check/check-job.js";
import { refuseSizes } from "../check/refuse-sizes.js";
import { probeCluster } from "../cluster/probe.js";
import { createInspection } from "../inspect/create-inspection.js";
import { createJobSetControls } from "../control/job-set.js";
import { createJob } from "../job/create-job.js";
import { findJob, jobIdSchema } from "../job/find-job.js";
import { jobReferenceSchema, type JobReference } from "../job/job-reference.js";
import type { Job } from "../job/job.js";
import { createLogReader } from "../log/log-reader.js";
import { jobSpecSchema } from "../spec/job-spec-schema.js";
import type { JobSpec, JobSpecInput } from "../spec/job-spec.js";
import { refuseUnknownOptions } from "../spec/option/version-gate.js";
import { checkSteps } from "../step/check-steps.js";
import { removeSecrets } from "../submit/secrets-file.js";
import { submitJob } from "../submit/submit-job.js";
import { planSubmission, secretsFolder, type SubmissionPlan } from "../submit/submission-plan.js";
import { createWatcher, type JobWatcher } from "../watch/job-watcher.js";
import { completePatience, type PatienceInput } from "../watch/patience.js";
import type { SlurmContext } from "./slurm-context.js";
import type { PrepareOptions, Slurm } from "./slurm.js";

export interface ConnectSlurmOptions extends Cancellable {
  /** Longest time between two looks at the queue, in milliseconds (default 30 000); after something new they come faster. */
  readonly pollIntervalMs?: number | undefined;
  /** How long to wait before something is believed. */
  readonly patience?: PatienceInput | undefined;
  /** Absolute folder of our own on a file system that all nodes see; by default `.hpckit` in the account's home. */
  readonly stateFolder?: string | undefined;
  /** Folder of `sbatch` and its kin, where the login's PATH lacks it. */
  readonly binFolder?: string | undefined;
  /**
   * Which cluster, where the login node reaches several (`-M`); by default its own. Slurm finds the others through accounting.
   * `sstat` knows only the login node's own: of other clusters' jobs usage comes from accounting alone.
   */
  readonly cluster?: string | undefined;
  /** Names of the login's variables that pass to Slurm's programs and to jobs; beside HOME, USER, LOGNAME, SHELL, PATH and SLURM_CONF none does. */
  readonly keepVariables?: readonly string[] | undefined;
  /** Told of failures that are tried again, such as a controller that is down for a while. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  readonly clock?: Clock | undefined;
}

const milliseconds = z.number().nonnegative();
const folder = z.string().startsWith("/", { error: "an absolute path" });

export const clusterName = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, { error: "the name of one cluster" });

export const connectSlurmShape = {
  pollIntervalMs: millisecondsSchema.refine((interval) => interval >= 100, "at least 100 milliseconds").optional(),
  patience: z.strictObject({ accountingMs: milliseconds.optional(), requeueMs: milliseconds.optional(), lostMs: milliseconds.optional() }).optional(),
  stateFolder: folder.optional(),
  binFolder: folder.optional(),
  cluster: clusterName.optional(),
  keepVariables: z.array(z.string().regex(/^[A-Za-z_]\w*$/, { error: "the name of a variable" })).optional(),
  onTrouble: z.custom<(error: unknown) => void>((value) => typeof value === "function").optional(),
  clock: z.custom<Clock>((value) => typeof value === "object" && value !== null && "sleep" in value).optional(),
  ...cancellableShape,
};

const optionsSchema: z.ZodType<ConnectSlurmOptions> = z.strictObject(connectSlurmShape);

/**
 * Finds out which Slurm is on the other side.
 * @throws SlurmMissingError if there is none; ControllerUnreachableError if it does not answer now.
 */
export async function connectSlurm(transport: Transport, options: ConnectSlurmOptions = {}): Promise<Slurm> {
  const { pollIntervalMs = 30_000, patience, stateFolder, binFolder, cluster, keepVariables = [], onTrouble = () => undefined, clock = systemClock, signal } = parseOptions(optionsSchema, options, "connectSlurm");
  const programs = { binFolder, keepVariables, cluster };
  const facts = await probeCluster(transport, programs, { signal });
  const backend = commandLineBackend({ transport, programs, facts });
  const context: SlurmContext = { transport, programs, facts, backend, clock, logs: createLogReader(transport, clock), stateFolder: stateFolder ?? posix.join(facts.home, ".hpckit") };
  return createSlurm(context, createWatcher(context, { pollIntervalMs, patience: completePatience(patience), onTrouble }));
}

function createSlurm(context: SlurmContext, watcher: JobWatcher): Slurm {
  const handle = (reference: JobReference): Job => createJob(context, watcher, reference, () => removeOwnSecrets(context, reference));
  const own = (input: JobReference): JobReference => {
    const reference = parseOptions(jobReferenceSchema, input, "job reference");
    if (reference.cluster === context.facts.name) return reference;
    throw new OptionsError("job reference", [{ path: "cluster", message: `job ${reference.id} is one of the cluster ${reference.cluster}; this is ${context.facts.name}` }]);
  };
  return {
    cluster: context.facts,
    inspect: createInspection(context),
    check: (spec, options) => checkJob(context, spec, options),
    plan: async (spec, options = {}) => (await planJob(context, spec, options)).plan,
    submit: async (input, options = {}) => {
      const { signal } = options;
      if (signal?.aborted === true) throw new AbortedError("the submission was aborted before anything was sent", { cause: signal.reason });
      const { spec, plan } = await planJob(context, input, options);
      return handle(await submitJob(context, spec, plan, { signal }));
    },
    jobs: createJobSetControls(context, own),
    job: (input) => handle(own(input)),
    find: async (id, options = {}) => {
      const reference = await findJob(context, parseOptions(jobIdSchema, id, "job id"), parseOptions(findSchema, options, "slurm.find"));
      return reference === undefined ? undefined : handle(reference);
    },
  };
}

async function planJob(context: SlurmContext, input: JobSpecInput, options: PrepareOptions): Promise<{ spec: JobSpec; plan: SubmissionPlan }> {
  const spec = parseOptions(jobSpecSchema, input, "job spec");
  refuseUnknownOptions(spec, context.facts.version);
  refuseSizes(spec, context.facts);
  await checkSteps(spec.launch, context, { signal: options.signal });
  const launch: Launch = "layers" in spec.launch ? await prepare(spec.launch, context.transport, options) : spec.launch;
  return { spec, plan: planSubmission(spec, launch, { facts: context.facts, stateFolder: context.stateFolder, cluster: context.programs.cluster, token: randomUUID() }) };
}

const findSchema = z.strictObject(cancellableShape);

/** A reference may come from a file: nothing outside our own folder is removed on its word. */
async function removeOwnSecrets({ transport, stateFolder }: SlurmContext, { secretsFile }: JobReference): Promise<void> {
  if (secretsFile === undefined || posix.dirname(secretsFile) !== secretsFolder(stateFolder) || !/^[\w-]+$/.test(posix.basename(secretsFile))) return;
  await removeSecrets(transport, secretsFile);
}
