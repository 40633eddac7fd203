import { AbortedError, HpckitError, TransportError } from "@hpckit/core";
import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { JobReference } from "../job/job-reference.js";
import { accountingShiftsExitCodes } from "../outcome/exit-code.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { groupByJob, needsAccounting, newTrack, observe, ownRows, type JobTrack } from "./job-track.js";
import type { Patience } from "./patience.js";
import { createPollSchedule } from "./poll-schedule.js";
import type { LookFacts } from "./settle-part.js";

/** Who waits for news of a job. */
export interface Listener {
  /** The track has changed; an outcome in it is the last news. */
  onTrack(track: JobTrack): void;
  /** Nothing more can be found out, e.g. because the key of this account is no longer accepted. */
  onFailure(error: unknown): void;
}

/** A job that somebody may wait for. Its handle holds it. */
export interface WatchedJob {
  readonly reference: JobReference;
  track: JobTrack;
  readonly listeners: Set<Listener>;
  /** Runs before the outcome is told. */
  readonly onOutcome: () => Promise<void>;
}

export const newWatchedJob = (reference: JobReference, onOutcome: () => Promise<void>): WatchedJob => ({ reference, track: newTrack(reference), listeners: new Set(), onOutcome });

/** Looks at all jobs that are waited for with one squeue a tick, and with one sacct for those that left it. */
export interface JobWatcher {
  /** Tells the listener all news from now on, beginning with what is known. The function that is returned ends that. */
  listen(job: WatchedJob, listener: Listener): () => void;
}

export interface WatcherOptions {
  readonly pollIntervalMs: number;
  /** The least time between two looks, whatever happens. Default: none. */
  readonly pollFloorMs?: number | undefined;
  readonly patience: Patience;
  /** Told of failures that are tried again. */
  readonly onTrouble: (error: unknown) => void;
}

export function createWatcher(context: SlurmContext, { pollIntervalMs, pollFloorMs = 0, patience, onTrouble }: WatcherOptions): JobWatcher {
  const { backend, clock, facts, transport } = context;
  const jobs = new Set<WatchedJob>();
  const schedule = createPollSchedule({ intervalMs: pollIntervalMs, floorMs: pollFloorMs });
  const exitCodesAreShifted = accountingShiftsExitCodes(facts.version);
  const users = new Map([[0, "root"], [facts.uid, transport.target.user]]);
  let wake = new AbortController();
  let running = false;

  async function run(): Promise<void> {
    let delayMs = 0;
    while (jobs.size > 0) {
      wake = new AbortController();
      await clock.sleep(delayMs, { signal: wake.signal }).catch((error: unknown) => {
        if (!(error instanceof AbortedError)) throw error;
      });
      if (jobs.size === 0) break;
      try {
        await tick([...jobs]);
        schedule.succeeded();
      } catch (error) {
        if (isHopeless(error)) failAll(error);
        else onTrouble(error);
        schedule.failed();
      }
      delayMs = schedule.nextDelayMs(clock.now());
    }
    running = false;
  }

  async function tick(watched: readonly WatchedJob[]): Promise<void> {
    const rows = groupByJob(await backend.queue(idsOf(watched)));
    const looks = watched.map((job) => ({ job, queue: ownRows(rows.get(job.reference.id) ?? [], job.reference) }));
    const leaving = looks.filter(({ job, queue }) => needsAccounting(job.track, job.reference, queue)).map(({ job }) => job);
    const { records, answer } = await askAccounting(leaving);
    const recorded = groupByJob(records);
    const known: LookFacts = { nowMs: clock.now(), accountingAnswer: answer, exitCodesAreShifted, users, patience };
    for (const { job, queue } of looks) {
      const track = observe(job.track, job.reference, { ...known, queue, accounting: ownRows(recorded.get(job.reference.id) ?? [], job.reference) });
      if (track !== job.track) await update(job, track);
    }
  }

  async function askAccounting(leaving: readonly WatchedJob[]): Promise<{ records: readonly AccountingRecord[]; answer: LookFacts["accountingAnswer"] }> {
    if (!facts.accounting) return { records: [], answer: "absent" };
    try {
      return { records: await backend.accounting(idsOf(leaving)), answer: "answered" };
    } catch (error) {
      if (isHopeless(error)) throw error;
      onTrouble(error);
      return { records: [], answer: "failed" };
    }
  }

  async function update(job: WatchedJob, track: JobTrack): Promise<void> {
    if (track.last !== job.track.last) schedule.changed(clock.now());
    if (isLeaving(track) && !isLeaving(job.track)) schedule.somethingNew(clock.now());
    job.track = track;
    if (track.outcome !== undefined) {
      jobs.delete(job);
      await job.onOutcome().catch(onTrouble);
    }
    for (const listener of [...job.listeners]) listener.onTrack(track);
  }

  function failAll(error: unknown): void {
    for (const job of [...jobs]) {
      jobs.delete(job);
      for (const listener of [...job.listeners]) listener.onFailure(error);
    }
  }

  return {
    listen(job, listener) {
      job.listeners.add(listener);
      if (job.track.last !== undefined || job.track.outcome !== undefined) listener.onTrack(job.track);
      if (job.track.outcome === undefined && !jobs.has(job)) {
        jobs.add(job);
        if (schedule.somethingNew(clock.now())) wake.abort();
        if (!running) {
          running = true;
          void run();
        }
      }
      return () => {
        job.listeners.delete(listener);
        if (job.listeners.size === 0 && jobs.delete(job) && jobs.size === 0) wake.abort();
      };
    },
  };
}

/** Some part of it has left the queue, and its end may be known soon. */
const isLeaving = ({ absences }: JobTrack): boolean => absences.size > 0;

const idsOf = (jobs: readonly WatchedJob[]): readonly string[] => [...new Set(jobs.map(({ reference }) => reference.id))];

/** Failures that no later try can mend; all others are tried again, because they say nothing about a job. */
const isHopeless = (error: unknown): boolean => !(error instanceof HpckitError) || (error instanceof TransportError && !error.retryable);
