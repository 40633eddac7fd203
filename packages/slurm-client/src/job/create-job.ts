import { OptionsError, parseOptions, type Cancellable } from "@hpckit/core";
import { findAccepted } from "../accepted/accepted-job.js";
import { createControls } from "../control/job-controls.js";
import { logOptionsSchema, type LogOptions } from "../log/job-log.js";
import { readLog, textOf } from "../log/read-log.js";
import type { Outcome } from "../outcome/outcome.js";
import { readPlainOptions } from "../slurm/plain-options.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { attachStep } from "../step/attach-step.js";
import { connectService, type ServedJob } from "../tunnel/connect-service.js";
import { forwardService } from "../tunnel/forward-service.js";
import { findUsage } from "../usage/find-usage.js";
import type { JobEvent } from "../watch/job-event.js";
import { newWatchedJob, type JobWatcher } from "../watch/job-watcher.js";
import { waitForEnd } from "../watch/wait-for-end.js";
import { jobEvents } from "./job-events.js";
import type { Job } from "./job.js";
import type { JobReference } from "./job-reference.js";

/** The job of a reference; what is watched of an array's task is that task alone. */
export function createJob(context: SlurmContext, watcher: JobWatcher, reference: JobReference, onOutcome: () => Promise<void>): Job {
  const { id, task, tasks } = reference;
  const watched = newWatchedJob(task === undefined ? reference : { ...reference, tasks: [task] }, onOutcome);
  const done = async (options: Cancellable = {}): Promise<Outcome> => waitForEnd(watcher, watched, readPlainOptions(options, "job.done"));
  const events = (options: Cancellable = {}): AsyncIterable<JobEvent> => jobEvents(watcher, watched, readPlainOptions(options, "job.events"));
  const connectFor = (call: ServedJob["call"]): Job["connect"] => (service, options) => connectService(context, { id, reference, call, events, done }, service, options);
  return {
    ...createControls(context, reference, () => watcher.ordered()),
    id,
    taskIndex: task,
    cluster: reference.cluster,
    submittedAtSeconds: reference.submittedAtSeconds,
    toJSON: () => reference,
    task: (index) => {
      if (task === index) return createJob(context, watcher, reference, onOutcome);
      if (task !== undefined || tasks?.includes(index) !== true) throw new OptionsError("job.task", [{ path: "", message: tasks === undefined ? `the reference of job ${id} names no tasks: slurm.find("${id}_${index}") looks for this one` : `job ${id} has no task ${index}` }]);
      // The secrets belong to all tasks: the end of one does not remove them.
      return createJob(context, watcher, { ...reference, task: index, secretsFile: undefined }, () => Promise.resolve());
    },
    events,
    done,
    accepted: async (options: Cancellable = {}) => findAccepted(context, reference, readPlainOptions(options, "job.accepted")),
    log: (options: LogOptions = {}) => textOf(readLog(context, watcher, watched, parseOptions(logOptionsSchema, options, "job.log"))),
    logPieces: (options: LogOptions = {}) => readLog(context, watcher, watched, parseOptions(logOptionsSchema, options, "job.logPieces")),
    connect: connectFor("job.connect"),
    forward: (service, options) => forwardService({ done }, (route) => connectFor("job.forward")(service, route), options),
    attach: (options = {}) => attachStep(context, reference, options),
    usage: async (options = {}) => findUsage(context, watched, readPlainOptions(options, "job.usage")),
  };
}
