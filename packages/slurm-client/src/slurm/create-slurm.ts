import { posix } from "node:path";
import { OptionsError, parseOptions } from "@hpckit/core";
import { allocate, attachAllocation, runAlone, type AllocationContext } from "../allocation/create-allocation.js";
import { checkJob } from "../check/check-job.js";
import { createInspection } from "../inspect/create-inspection.js";
import { createJobSetControls } from "../control/job-set.js";
import { findJobsWhere } from "../control/jobs-where.js";
import { createJob } from "../job/create-job.js";
import { findJob, jobIdSchema } from "../job/find-job.js";
import { jobReferenceSchema, type JobReference } from "../job/job-reference.js";
import type { Job } from "../job/job.js";
import { createJobLists } from "../jobs/create-job-lists.js";
import { createLiveWork } from "../live/create-live-work.js";
import { createTaskSets } from "../set/task-sets.js";
import { findSubmitted } from "../submit/find-submitted.js";
import { removeSecrets } from "../submit/secrets-file.js";
import { secretsFolder } from "../submit/submission-plan.js";
import { createSubmissions } from "../submit/submissions.js";
import type { SubmitQueue } from "../submit/submit-queue.js";
import { createSubmitter } from "../submit/submitter.js";
import type { JobWatcher } from "../watch/job-watcher.js";
import { readPlainOptions } from "./plain-options.js";
import type { SlurmContext } from "./slurm-context.js";
import type { Slurm } from "./slurm.js";

/** How a connection behaves while it waits. */
export interface WaitingManners {
  readonly pollIntervalMs: number;
  readonly pollFloorMs: number;
  readonly onTrouble: (error: unknown) => void;
}

/** All that a connection offers, of its parts. */
export function createSlurm(context: SlurmContext, watcher: JobWatcher, queue: SubmitQueue, manners: WaitingManners): Slurm {
  const handle = (reference: JobReference): Job => createJob(context, watcher, reference, () => removeOwnSecrets(context, reference));
  const own = (input: JobReference): JobReference => {
    const reference = parseOptions(jobReferenceSchema, input, "job reference");
    if (reference.cluster === context.facts.name) return reference;
    throw new OptionsError("job reference", [{ path: "cluster", message: `job ${reference.id} is one of the cluster ${reference.cluster}; this is ${context.facts.name}` }]);
  };
  const submitter = createSubmitter(context, queue, handle);
  const holder: AllocationContext = { ...context, submit: (spec, options) => submitter.submit(spec, options), onTrouble: manners.onTrouble };
  const jobs = createJobSetControls(context, own, () => watcher.ordered());
  return {
    cluster: context.facts,
    inspect: createInspection(context),
    check: (spec, options) => checkJob(context, spec, options),
    ...submitter,
    ...createTaskSets({
      ...context,
      ...manners,
      submitter,
      watcher,
      handle,
      removeSecrets: (reference) => removeOwnSecrets(context, reference),
      findSubmitted: (keys, options) => findSubmitted(context, keys, options),
      cancelJobs: (references, options) => jobs.cancel(references, options),
    }),
    submissions: createSubmissions(context, handle),
    liveWork: createLiveWork(context),
    jobs: { ...jobs, ...createJobLists(context), where: (filter) => findJobsWhere(context, filter, () => watcher.ordered()) },
    job: (input) => handle(own(input)),
    find: async (id, options = {}) => {
      const reference = await findJob(context, parseOptions(jobIdSchema, id, "job id"), readPlainOptions(options, "slurm.find"));
      return reference === undefined ? undefined : handle(reference);
    },
    allocate: (spec, options) => allocate(holder, spec, options),
    allocation: async (reference, options) => attachAllocation(holder, handle(own(reference)), options),
    run: (spec, options) => runAlone(holder, spec, options),
  };
}

/** A reference may come from a file: nothing outside our own folder is removed on its word. */
async function removeOwnSecrets({ transport, stateFolder }: SlurmContext, { secretsFile }: JobReference): Promise<void> {
  if (secretsFile === undefined || posix.dirname(secretsFile) !== secretsFolder(stateFolder) || !/^[\w-]+$/.test(posix.basename(secretsFile))) return;
  await removeSecrets(transport, secretsFile);
}
