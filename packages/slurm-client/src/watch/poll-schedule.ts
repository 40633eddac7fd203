/**
 * When to look next: 1, 2, 4 … s after something new, then every interval, then ever more rarely, the longer nothing has
 * changed: the end of a job that has run for hours may be told minutes later. After failures ever more rarely. Something
 * new starts the fast looks again at most once in an interval, so that a busy client still keeps the site's manners.
 *
 * A ring is answered a moment later, and the fast looks start again: Slurm may know of the end later than its ring was heard, and another ring
 * may have taken the place of one. A look uses up a sixth of an interval. Six can be made in advance; after them a ring is answered once no other
 * has come for a while. That quiet doubles with every second look in advance, so that it soon is about as long as the rings of a burst
 * are apart, and the last one is answered about so much later. No ring waits longer than a sixth of the interval.
 */
export interface PollSchedule {
  /** Milliseconds of the clock that all methods are told: one that goes on evenly, or a time of day that is set would stop or hurry the looks. */
  readonly dueAtMs: number;
  /** A job was added. */
  added(nowMs: number, job: AddedJob): void;
  /** Slurm was told to do something with jobs. */
  ordered(nowMs: number): void;
  /** A job rang; or somebody waits for the present state of one. */
  rang(nowMs: number): void;
  /** Somebody else's job rang: of ours one may have rung unheard. Then looks come as without a bell. */
  overheard(nowMs: number): void;
  /** A look begins: it will see what has rung. */
  begin(nowMs: number): void;
  /** A job has changed: none of them is quiet. */
  changed(nowMs: number): void;
  /** A job begins to end, and looks become more frequent. */
  leaving(nowMs: number): void;
  /** The look has ended. */
  succeeded(nowMs: number, jobs: LookedAt): void;
  failed(nowMs: number): void;
}

export interface AddedJob {
  /** How soon it may be looked at. */
  readonly afterMs: number;
  /** Whether no other job was watched. */
  readonly isFirst: boolean;
}

export interface LookedAt {
  /** Whether all of them are expected to ring when they end, and would be heard: then fast looks find nothing. */
  readonly willRing: boolean;
}

export interface PollManners {
  /** Between two looks while all goes well and jobs are young. */
  readonly intervalMs: number;
  /** The least time between two looks, whatever happens. */
  readonly floorMs: number;
}

const firstDelayMs = 1000;
const longestFailureDelayMs = 300_000;
/** How much rarer than the interval looks at quiet jobs become. */
const quietFactor = 4;
/** Looks at jobs that have been quiet for so long are this part of it apart: 40 minutes of quiet give 2 minutes. */
const quietPart = 1 / 20;
/** A job rings as its first process ends; Slurm and accounting know of it some moments later. */
const ringDelayMs = 200;
/** How many looks in a row rings bring at once, and how many in an interval when they go on. */
const mostRings = 6;
/** What is looked at for other reasons, e.g. one job after another that is waited for, makes rings wait no longer than rings do. */
const mostAdvance = 3 * mostRings;

/** Rings that no look has answered. */
interface Unanswered {
  readonly sinceMs: number;
  /** How long it must be quiet before a look answers them. */
  readonly quietMs: number;
}

export function createPollSchedule({ intervalMs, floorMs }: PollManners): PollSchedule {
  const base = Math.min(firstDelayMs, intervalMs);
  const costMs = intervalMs / mostRings;
  let step = 0;
  let failures = 0;
  let burstAtMs = -Infinity;
  let newsAtMs: number | undefined;
  let lookedAtMs = -Infinity;
  let plannedAtMs = 0;
  let rungAtMs = Infinity;
  let unanswered: Unanswered | undefined;
  // Up to when the looks so far have used up the time.
  let usedUntilMs = -Infinity;

  /** Looks that came sooner than they are paid for. */
  const advance = (nowMs: number): number => Math.max(0, usedUntilMs - nowMs) / costMs;

  const quietMs = (nowMs: number): number => Math.max(ringDelayMs, Math.min(costMs, ringDelayMs * 2 ** ((advance(nowMs) - mostRings + 1) / 2)));

  function burst(nowMs: number): boolean {
    newsAtMs = nowMs;
    if (nowMs - burstAtMs < intervalMs) return false;
    burstAtMs = nowMs;
    step = 0;
    return failures === 0;
  }

  function pauseMs(nowMs: number, willRing: boolean): number {
    const quietMs = (nowMs - (newsAtMs ?? nowMs)) * quietPart;
    const longestMs = Math.max(intervalMs, Math.min(quietMs, intervalMs * quietFactor));
    // The more of them are made in advance, the more are left for rings.
    const leastMs = Math.min(costMs, base * 2 ** (advance(nowMs) - mostRings / 2));
    return willRing ? longestMs : Math.min(longestMs, Math.max(leastMs, base * 2 ** step++));
  }

  return {
    get dueAtMs() {
      return Math.max(Math.min(plannedAtMs, rungAtMs), lookedAtMs + floorMs);
    },
    added(nowMs, { afterMs, isFirst }) {
      if (burst(nowMs) || isFirst) plannedAtMs = isFirst ? nowMs + afterMs : Math.min(plannedAtMs, nowMs + afterMs);
    },
    ordered(nowMs) {
      if (burst(nowMs)) plannedAtMs = Math.min(plannedAtMs, nowMs + base);
    },
    rang(nowMs) {
      if (failures > 0) return;
      step = 0;
      unanswered ??= { sinceMs: nowMs, quietMs: quietMs(nowMs) };
      const { sinceMs, quietMs: quiet } = unanswered;
      rungAtMs = Math.min(nowMs + quiet, sinceMs + (quiet > ringDelayMs ? costMs : ringDelayMs));
    },
    overheard(nowMs) {
      if (failures === 0) plannedAtMs = Math.min(plannedAtMs, nowMs + pauseMs(nowMs, false));
    },
    begin(nowMs) {
      usedUntilMs = Math.min(Math.max(usedUntilMs, nowMs) + costMs, nowMs + mostAdvance * costMs);
      rungAtMs = Infinity;
      unanswered = undefined;
      // What is planned while it is under way is for the next.
      plannedAtMs = Infinity;
    },
    changed(nowMs) {
      newsAtMs = nowMs;
    },
    leaving(nowMs) {
      burst(nowMs);
    },
    succeeded(nowMs, { willRing }) {
      failures = 0;
      lookedAtMs = nowMs;
      plannedAtMs = Math.min(plannedAtMs, nowMs + pauseMs(nowMs, willRing));
    },
    failed(nowMs) {
      failures++;
      lookedAtMs = nowMs;
      rungAtMs = Infinity;
      unanswered = undefined;
      plannedAtMs = nowMs + Math.min(Math.max(longestFailureDelayMs, intervalMs), base * 2 ** failures);
    },
  };
}
