import { posix } from "node:path";
import { cancellableShape, millisecondsSchema, OptionsError, parseOptions, systemClock, type Cancellable, type Clock, type Transport } from "@hpckit/core";
import { z } from "zod";
import { allocate, attachAllocation, runAlone, type AllocationContext } from "../allocation/create-allocation.js";
import { commandLineBackend, type CommandLine } from "../backend/command-line.js";
import type { SlurmBackend } from "../backend/slurm-backend.js";
import { checkJob } from "../check/check-job.js";
import { probeCluster } from "../cluster/probe.js";
import { createInspection } from "../inspect/create-inspection.js";
import { createJobSetControls } from "../control/job-set.js";
import { findJobsWhere } from "../control/jobs-where.js";
import { restOptionsSchema, type RestOptions } from "../rest/rest-options.js";
import { createJob } from "../job/create-job.js";
import { findJob, jobIdSchema } from "../job/find-job.js";
import { jobReferenceSchema, type JobReference } from "../job/job-reference.js";
import type { Job } from "../job/job.js";
import { openJournal } from "../journal/journal.js";
import { createLogReader } from "../log/log-reader.js";
import { removeSecrets } from "../submit/secrets-file.js";
import { secretsFolder } from "../submit/submission-plan.js";
import { createSubmissions } from "../submit/submissions.js";
import { createSubmitQueue, type SubmitQueue } from "../submit/submit-queue.js";
import { createSubmitter } from "../submit/submitter.js";
import { createJobLists } from "../jobs/create-job-lists.js";
import { createWatcher, type JobWatcher } from "../watch/job-watcher.js";
import { completePatience, type PatienceInput } from "../watch/patience.js";
import type { SlurmContext } from "./slurm-context.js";
import type { Slurm } from "./slurm.js";

export interface ConnectSlurmOptions extends Cancellable {
  /** Longest time between two looks at the queue, in milliseconds (default 30 000); after something new they come faster. */
  readonly pollIntervalMs?: number | undefined;
  /** The least time between two looks, whatever happens, where a site asks for one. Default: none. */
  readonly pollFloorMs?: number | undefined;
  /**
   * Whether a job tells of its start and its end by a small file in the state folder, which one command on the login node looks at while jobs
   * are waited for (default): ends are known at once, and Slurm is asked less. A hint decides nothing. The job's first process inherits a pipe as
   * descriptor 8; the login node must have a session to spare.
   */
  readonly bell?: boolean | undefined;
  /** Shortest time between two round trips that submit, in milliseconds (default 1000); submissions that come meanwhile go together. */
  readonly submitPaceMs?: number | undefined;
  /** How long to wait before something is believed. */
  readonly patience?: PatienceInput | undefined;
  /** Absolute folder of our own on a file system that all nodes see; by default `.hpckit` in the account's home. */
  readonly stateFolder?: string | undefined;
  /**
   * Absolute path of a file on a local disk of this machine, in which submissions are written down before anything is sent; its folder must exist.
   * By it a program that was killed knows what it had begun ({@link Submissions.unsettled}). Nothing is decided by it; by default there is none.
   */
  readonly journal?: string | undefined;
  /** Folder of `sbatch` and its kin, where the login's PATH lacks it. */
  readonly binFolder?: string | undefined;
  /**
   * Which cluster, where the login node reaches several (`-M`); by default its own. Slurm finds the others through accounting.
   * `sstat` knows only the login node's own: of other clusters' jobs usage comes from accounting alone.
   */
  readonly cluster?: string | undefined;
  /** Names of the login's variables that pass to Slurm's programs and to jobs; beside HOME, USER, LOGNAME, SHELL, PATH and SLURM_CONF none does. */
  readonly keepVariables?: readonly string[] | undefined;
  /**
   * Ask and tell Slurm over slurmrestd instead of by its programs. Files of jobs, and what slurmrestd does not know of the cluster, still come
   * by the login node.
   */
  readonly rest?: RestOptions | undefined;
  /** Told of failures that are tried again, such as a controller that is down for a while. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  readonly clock?: Clock | undefined;
}

const milliseconds = z.number().nonnegative();
const folder = z.string().startsWith("/", { error: "an absolute path" });

export const clusterName = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, { error: "the name of one cluster" });

export const connectSlurmShape = {
  pollIntervalMs: millisecondsSchema.refine((interval) => interval >= 100, "at least 100 milliseconds").optional(),
  pollFloorMs: millisecondsSchema.optional(),
  patience: z.strictObject({ accountingMs: milliseconds.optional(), requeueMs: milliseconds.optional(), lostMs: milliseconds.optional(), settleMs: milliseconds.optional(), heartbeatMs: z.number().min(1000, { error: "at least 1000 milliseconds" }).optional() }).optional(),
  bell: z.boolean().optional(),
  submitPaceMs: milliseconds.optional(),
  stateFolder: folder.optional(),
  journal: folder.optional(),
  binFolder: folder.optional(),
  cluster: clusterName.optional(),
  keepVariables: z.array(z.string().regex(/^[A-Za-z_]\w*$/, { error: "the name of a variable" })).optional(),
  rest: restOptionsSchema.optional(),
  onTrouble: z.custom<(error: unknown) => void>((value) => typeof value === "function").optional(),
  clock: z.custom<Clock>((value) => typeof value === "object" && value !== null && "sleep" in value).optional(),
  ...cancellableShape,
};

const optionsSchema: z.ZodType<ConnectSlurmOptions> = z.strictObject(connectSlurmShape);

/**
 * Finds out which Slurm is on the other side.
 * @throws SlurmMissingError if there is none; ControllerUnreachableError if it does not answer now; RestAuthenticationError, if slurmrestd does
 * not know us.
 */
export async function connectSlurm(transport: Transport, options: ConnectSlurmOptions = {}): Promise<Slurm> {
  const { pollIntervalMs = 30_000, pollFloorMs, bell = true, submitPaceMs = 1000, patience, journal, stateFolder, binFolder, cluster, keepVariables = [], rest, onTrouble = () => undefined, clock = systemClock, signal } = parseOptions(optionsSchema, options, "connectSlurm");
  const programs = { binFolder, keepVariables, cluster };
  const facts = await probeCluster(transport, programs, { signal });
  const commandLine = { transport, programs, facts };
  const context: SlurmContext = {
    transport,
    programs,
    facts,
    backend: rest === undefined ? commandLineBackend(commandLine) : await connectRest(rest, commandLine, clock, { signal }),
    clock,
    logs: createLogReader(transport, clock),
    stateFolder: stateFolder ?? posix.join(facts.home, ".hpckit"),
    patience: completePatience(patience),
    bell,
    journal: journal === undefined ? undefined : openJournal(journal),
  };
  return createSlurm(context, createWatcher(context, { pollIntervalMs, pollFloorMs, patience: context.patience, onTrouble }), createSubmitQueue(context, submitPaceMs), onTrouble);
}

/** Loaded only where it is asked for. */
async function connectRest(rest: RestOptions, commandLine: CommandLine, clock: Clock, { signal }: Cancellable): Promise<SlurmBackend> {
  const [{ openRestSession }, { restBackend }] = await Promise.all([import("../rest/rest-session.js"), import("../backend/rest.js")]);
  return restBackend({ session: await openRestSession(rest, { ...commandLine, clock }, { signal }), commandLine });
}

function createSlurm(context: SlurmContext, watcher: JobWatcher, queue: SubmitQueue, onTrouble: (error: unknown) => void): Slurm {
  const handle = (reference: JobReference): Job => createJob(context, watcher, reference, () => removeOwnSecrets(context, reference));
  const own = (input: JobReference): JobReference => {
    const reference = parseOptions(jobReferenceSchema, input, "job reference");
    if (reference.cluster === context.facts.name) return reference;
    throw new OptionsError("job reference", [{ path: "cluster", message: `job ${reference.id} is one of the cluster ${reference.cluster}; this is ${context.facts.name}` }]);
  };
  const submitter = createSubmitter(context, queue, handle);
  const holder: AllocationContext = { ...context, submit: (spec, options) => submitter.submit(spec, options), onTrouble };
  return {
    cluster: context.facts,
    inspect: createInspection(context),
    check: (spec, options) => checkJob(context, spec, options),
    ...submitter,
    submissions: createSubmissions(context, handle),
    jobs: { ...createJobSetControls(context, own, () => watcher.ordered()), ...createJobLists(context), where: (filter) => findJobsWhere(context, filter, () => watcher.ordered()) },
    job: (input) => handle(own(input)),
    find: async (id, options = {}) => {
      const reference = await findJob(context, parseOptions(jobIdSchema, id, "job id"), parseOptions(findSchema, options, "slurm.find"));
      return reference === undefined ? undefined : handle(reference);
    },
    allocate: (spec, options) => allocate(holder, spec, options),
    allocation: async (reference, options) => attachAllocation(holder, handle(own(reference)), options),
    run: (spec, options) => runAlone(holder, spec, options),
  };
}

const findSchema = z.strictObject(cancellableShape);

/** A reference may come from a file: nothing outside our own folder is removed on its word. */
async function removeOwnSecrets({ transport, stateFolder }: SlurmContext, { secretsFile }: JobReference): Promise<void> {
  if (secretsFile === undefined || posix.dirname(secretsFile) !== secretsFolder(stateFolder) || !/^[\w-]+$/.test(posix.basename(secretsFile))) return;
  await removeSecrets(transport, secretsFile);
}
