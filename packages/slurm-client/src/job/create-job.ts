import { AbortedError, onAbort, OptionsError, parseOptions, type Cancellable } from "@hpckit/core";
import { findAccepted } from "../accepted/accepted-job.js";
import { logOptionsSchema, logPieces, type LogOptions, type LogPiece } from "../log/job-log.js";
import type { Outcome } from "../outcome/outcome.js";
import { readPlainOptions } from "../slurm/plain-options.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { attachStep } from "../step/attach-step.js";
import { connectService } from "../tunnel/connect-service.js";
import { forwardService } from "../tunnel/forward-service.js";
import { buildUsage, type JobUsage } from "../usage/job-usage.js";
import type { JobEvent } from "../watch/job-event.js";
import { includesIndex } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { ownRows, type JobTrack } from "../watch/job-track.js";
import { newWatchedJob, type JobWatcher, type WatchedJob } from "../watch/job-watcher.js";
import { createControls } from "../control/job-controls.js";
import { jobEvents } from "./job-events.js";
import type { Job } from "./job.js";
import type { JobReference } from "./job-reference.js";

/** The job of a reference; what is watched of an array's task is that task alone. */
export function createJob(context: SlurmContext, watcher: JobWatcher, reference: JobReference, onOutcome: () => Promise<void>): Job {
  const { id, task, tasks } = reference;
  const watched = newWatchedJob(task === undefined ? reference : { ...reference, tasks: [task] }, onOutcome);
  const done = async (options: Cancellable = {}): Promise<Outcome> => waitForEnd(watcher, watched, readPlainOptions(options, "job.done"));
  const events = (options: Cancellable = {}): AsyncIterable<JobEvent> => jobEvents(watcher, watched, readPlainOptions(options, "job.events"));
  const connect: Job["connect"] = (service, options) => connectService(context, { id, reference, events, done }, service, options);
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
    connect,
    forward: (service, options) => forwardService({ done }, (route) => connect(service, route), options),
    attach: (options = {}) => attachStep(context, reference, options),
    usage: async (options = {}) => findUsage(context, watched, readPlainOptions(options, "job.usage")),
  };
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

function waitForEnd(watcher: JobWatcher, watched: WatchedJob, { signal }: Cancellable): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      stop();
      reject(new AbortedError(`the wait for job ${watched.reference.id} was aborted; the job goes on`, { cause: signal?.reason }));
    };
    const finish = (): void => {
      stop();
      stopListening();
    };
    let stop = (): void => undefined;
    const stopListening = onAbort(signal, abort);
    if (signal?.aborted === true) return;
    stop = watcher.listen(watched, {
      onTrack: ({ outcome }) => {
        if (outcome === undefined) return;
        finish();
        resolve(outcome);
      },
      onFailure: (error) => {
        finish();
        reject(asError(error));
      },
    });
    if (watched.track.outcome !== undefined) finish();
  });
}

/** Of a task, a component or (undefined) any of a job: what was seen to run at the last look. */
const begunRows = ({ rows }: JobTrack, part: number | undefined): readonly QueueRow[] =>
  rows.filter(({ state, tasks, component }) => state.base !== "PENDING" && (part === undefined || (tasks === undefined ? component === part : includesIndex(tasks, part))));

async function* readLog(context: SlurmContext, watcher: JobWatcher, watched: WatchedJob, options: LogOptions): AsyncGenerator<LogPiece> {
  const { follow = true, signal } = options;
  const ended = new AbortController();
  const waiting = new AbortController();
  const either = signal === undefined ? waiting.signal : AbortSignal.any([signal, waiting.signal]);
  let failure: Error | undefined;
  // Of a task or a component the end is told with the whole: its own is in the track.
  const hasEnded = (part: number | undefined): boolean => {
    if (failure !== undefined) throw failure;
    return watched.track.outcome !== undefined || (part !== undefined && watched.track.ended.has(part));
  };
  if (follow) {
    waitForEnd(watcher, watched, { signal: either }).then(
      () => ended.abort(),
      (error: unknown) => {
        failure = asError(error);
        ended.abort();
      },
    );
  }
  try {
    yield* logPieces(context, watched.reference, options, {
      hasBegun: (part) => begunRows(watched.track, part).length > 0,
      hasEnded,
      restarts: (part) => begunRows(watched.track, part).reduce((most, { restarts }) => Math.max(most, restarts), 0),
      ended: ended.signal,
    });
  } finally {
    waiting.abort();
  }
}

async function* textOf(pieces: AsyncIterable<LogPiece>): AsyncGenerator<string> {
  for await (const { text } of pieces) if (text !== "") yield text;
}

async function findUsage({ backend, facts }: SlurmContext, { reference, track }: WatchedJob, { signal }: Cancellable): Promise<JobUsage | undefined> {
  if (!facts.accounting) return undefined;
  const running = track.outcome === undefined ? componentIds(reference) : undefined;
  const { accounting, live } = await backend.usage([reference.id], { running, signal });
  const rows = ownRows(accounting, reference).filter(({ tasks }) => reference.task === undefined || tasks?.includes(reference.task) === true);
  const usage = buildUsage(rows, live);
  if (reference.task === undefined || usage?.tasks === undefined) return usage;
  return usage.tasks.find(({ task }) => task === reference.task);
}

/** Components have ids of their own, which follow each other. */
const componentIds = ({ id, components = 1 }: JobReference): readonly string[] => Array.from({ length: components }, (_, component) => String(Number(id) + component));
