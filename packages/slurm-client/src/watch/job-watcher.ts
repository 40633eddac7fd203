import type { AccountingRecord } from "../accounting/accounting-record.js";
import { bellFile } from "../bell/bell-script.js";
import { createLookout } from "../bell/lookout.js";
import { afterAWhile } from "../concurrency/after-a-while.js";
import { pause } from "../concurrency/pause.js";
import { isHopeless } from "../error/is-hopeless.js";
import type { JobReference } from "../job/job-reference.js";
import { accountingShiftsExitCodes } from "../outcome/exit-code.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { groupByJob, needsAccounting, newTrack, observe, ownRows, type JobTrack } from "./job-track.js";
import type { Patience } from "./patience.js";
import { createPollSchedule } from "./poll-schedule.js";
import type { LookFacts } from "./settle-part.js";

/** Who waits for news of a job. Neither method may throw. */
export interface Listener {
  /** The track has changed; an outcome in it is the last news. */
  onTrack(track: JobTrack): void;
  /** Nothing more can be found out, e.g. because the key of this login is no longer accepted. */
  onFailure(error: unknown): void;
}

/** A job that somebody may wait for. Its handle holds it. */
export interface WatchedJob {
  readonly reference: JobReference;
  track: JobTrack;
  /** How many orders Slurm had been given when the look began that it was last seen at. */
  seenAfterOrders: number;
  readonly listeners: Set<Listener>;
  /** Runs before the outcome is told. */
  readonly onOutcome: () => Promise<void>;
}

export const newWatchedJob = (reference: JobReference, onOutcome: () => Promise<void>): WatchedJob => ({ reference, track: newTrack(reference), seenAfterOrders: 0, listeners: new Set(), onOutcome });

/** Looks at all jobs that are waited for with one squeue a tick, and with one sacct for those that left it. */
export interface JobWatcher {
  /** Tells the listener all news from now on, beginning with what is known, unless Slurm was told since to do something. The function that is returned ends that. */
  listen(job: WatchedJob, listener: Listener): () => void;
  /** Slurm was told to do something with jobs: they may be looked at sooner, and are no longer what was seen. */
  ordered(): void;
  /** Resolves after a look that is due now, however that went; at once where none is. */
  looked(): Promise<void>;
}

export interface WatcherOptions {
  readonly pollIntervalMs: number;
  /** The least time between two looks, whatever happens. Default: none. */
  readonly pollFloorMs?: number | undefined;
  readonly patience: Patience;
  /** Told of failures that are tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/** A job that was submitted so lately, by the clocks of both sides, has not ended yet. */
const youngMs = 3000;
/** When to look at it first, unless it rings before. */
const youngLookMs = 1000;
/** A look that takes so long may be waiting for a session of the login node that the lookout has. */
const slowLookMs = 10_000;

export function createWatcher(context: SlurmContext, { pollIntervalMs, pollFloorMs = 0, patience, onTrouble }: WatcherOptions): JobWatcher {
  const { backend, clock, facts, transport, stateFolder, bell } = context;
  const jobs = new Set<WatchedJob>();
  const schedule = createPollSchedule({ intervalMs: pollIntervalMs, floorMs: pollFloorMs });
  const lookout = bell ? createLookout({ transport, clock, file: bellFile(stateFolder, facts.name), onRing }) : undefined;
  let rung = new WeakSet<WatchedJob>();
  /** Who began to listen when what was known was no longer true. */
  const untold = new WeakSet<Listener>();
  let orders = 0;
  const exitCodesAreShifted = accountingShiftsExitCodes(facts.version);
  const users = new Map([[0, "root"], [facts.uid, transport.target.user]]);
  let wake = new AbortController();
  let running = false;
  let answeringSinceMs: number | undefined;
  let isLooking = false;
  const awaitingLook: (() => void)[] = [];
  const endLook = (): void => {
    isLooking = false;
    for (const tell of awaitingLook.splice(0)) tell();
  };

  async function run(): Promise<void> {
    answeringSinceMs = undefined;
    while (jobs.size > 0) {
      // Timers count whole milliseconds.
      await nap(Math.max(0, Math.ceil(schedule.dueAtMs - clock.monotonic())));
      if (jobs.size > 0 && schedule.dueAtMs <= clock.monotonic()) await look();
    }
    running = false;
    endLook();
    lookout?.end();
  }

  async function nap(milliseconds: number): Promise<void> {
    wake = new AbortController();
    await pause(clock, milliseconds, { signal: wake.signal });
  }

  async function look(): Promise<void> {
    lookout?.resume();
    schedule.begin(clock.monotonic());
    isLooking = true;
    const stopWaiting = lookout?.listens === true ? afterAWhile(clock, slowLookMs, () => lookout.giveUp()) : undefined;
    try {
      await tick([...jobs]);
      schedule.succeeded(clock.monotonic(), { willRing: lookout?.listens === true && [...jobs].every((job) => rung.has(job) && ringsAlone(job.track) && !isLeaving(job.track)) });
    } catch (error) {
      if (isHopeless(error)) failAll(error);
      else onTrouble(error);
      answeringSinceMs = undefined;
      schedule.failed(clock.monotonic());
    } finally {
      stopWaiting?.();
      endLook();
    }
  }

  function onRing(jobId: string, what: "start" | "end"): void {
    const own = [...jobs].filter(({ reference }) => reference.id === jobId);
    // Another client's: its ring may have taken the place of one that was meant for this.
    if (own.length === 0) schedule.overheard(clock.monotonic());
    else schedule.rang(clock.monotonic());
    wake.abort();
    // A job that rang at its end does not ring again: where Slurm does not know of it yet, it is looked at soon.
    for (const job of own) {
      if (what === "start") rung.add(job);
      else rung.delete(job);
    }
  }

  async function tick(watched: readonly WatchedJob[]): Promise<void> {
    const ordersBefore = orders;
    const rows = groupByJob(await backend.queue(idsOf(watched)));
    const looks = watched.map((job) => ({ job, queue: ownRows(rows.get(job.reference.id) ?? [], job.reference) }));
    const leaving = looks.filter(({ job, queue }) => needsAccounting(job.track, queue)).map(({ job }) => job);
    const { records, answer } = await askAccounting(leaving);
    const recorded = groupByJob(records);
    const atMs = clock.monotonic();
    answeringSinceMs = answer === "failed" ? undefined : (answeringSinceMs ?? atMs);
    const known: LookFacts = { atMs, observedAtSeconds: clock.now() / 1000, answeringSinceMs: answeringSinceMs ?? atMs, accountingAnswer: answer, exitCodesAreShifted, users, patience };
    let isOneLeft = false;
    for (const { job, queue } of looks) {
      const track = observe(job.track, job.reference, { ...known, queue, accounting: ownRows(recorded.get(job.reference.id) ?? [], job.reference) });
      job.seenAfterOrders = ordersBefore;
      const isNews = track !== job.track;
      if (isNews) await update(job, track);
      for (const listener of [...job.listeners]) {
        const isUntold = untold.has(listener);
        if (isUntold ? isFresh(job) : isNews) tell(job, listener);
        else isOneLeft ||= isUntold;
      }
    }
    // An order came while Slurm was asked: who was told nothing since waits for a look that was begun after it.
    if (isOneLeft) schedule.rang(clock.monotonic());
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
    if (track.last !== job.track.last) schedule.changed(clock.monotonic());
    if (isLeaving(track) && !isLeaving(job.track)) schedule.leaving(clock.monotonic());
    if (track.outcome !== undefined) await job.onOutcome().catch(onTrouble);
    // Only now: who begins to listen meanwhile waits for it, too.
    job.track = track;
    if (track.outcome !== undefined) jobs.delete(job);
  }

  /** Whether what is known of it was seen after the last order. */
  const isFresh = ({ track, seenAfterOrders }: WatchedJob): boolean => track.outcome !== undefined || seenAfterOrders === orders;

  function tell({ track }: WatchedJob, listener: Listener): void {
    untold.delete(listener);
    listener.onTrack(track);
  }

  function failAll(error: unknown): void {
    for (const job of [...jobs]) {
      jobs.delete(job);
      for (const listener of [...job.listeners]) listener.onFailure(error);
    }
  }

  return {
    looked: () => (jobs.size > 0 && (isLooking || schedule.dueAtMs <= clock.monotonic()) ? new Promise((resolve) => awaitingLook.push(resolve)) : Promise.resolve()),
    ordered() {
      // One that is killed does not ring.
      rung = new WeakSet();
      orders++;
      schedule.ordered(clock.monotonic());
      wake.abort();
    },
    listen(job, listener) {
      job.listeners.add(listener);
      if (job.track.last !== undefined || job.track.outcome !== undefined) {
        if (isFresh(job)) listener.onTrack(job.track);
        else {
          untold.add(listener);
          schedule.rang(clock.monotonic());
          wake.abort();
        }
      }
      if (job.track.outcome === undefined && !jobs.has(job)) {
        lookout?.attend();
        const isYoung = Math.abs(clock.now() - job.reference.submittedAtSeconds * 1000) < youngMs;
        schedule.added(clock.monotonic(), { afterMs: lookout?.listens === true && isYoung ? youngLookMs : 0, isFirst: jobs.size === 0 });
        jobs.add(job);
        wake.abort();
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

/** Some part of it has left the queue, or its nodes are being cleaned up: its end may be known soon. */
const isLeaving = ({ absences, last, outcome }: JobTrack): boolean => outcome === undefined && (absences.size > 0 || last?.flags.includes("COMPLETING") === true);

/** Whether its ring is heard alone. Tasks that begin and end at about the same time overwrite each other's, so those of an array are not relied upon. */
const ringsAlone = ({ kind }: JobTrack): boolean => kind !== "tasks";

const idsOf = (jobs: readonly WatchedJob[]): readonly string[] => [...new Set(jobs.map(({ reference }) => reference.id))];
