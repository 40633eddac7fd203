import { linesOf, type Clock, type Transport } from "@hpckit/core";
import { renderLookout } from "./bell-script.js";

/** Hears jobs ring. Nothing is certain about it: it may hear nothing at all, and nobody may rely on it. */
export interface Lookout {
  /** Whether a ring would be heard now, as far as is known; true also while it is being set up. */
  readonly listens: boolean;
  /** Somebody begins to wait: listens from now on, and closely; not yet, if that failed a short while ago. */
  attend(): void;
  /** Somebody still waits: listens again where that has failed, once it is time to try. */
  resume(): void;
  /** Nobody waits any more. */
  end(): void;
  /** Ends for a good while: the login node may have no room for one more session. */
  giveUp(): void;
}

export interface LookoutOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** The bell's absolute path. */
  readonly file: string;
  /** @param jobId - of the job, or of the array. */
  readonly onRing: (jobId: string, what: "start" | "end") => void;
}

/** After so much quiet a ring would be heard half a second late. */
const drowsyMs = 20_000;
/** After a failure it is tried again after so long, then after twice that, and so on. */
const firstPauseMs = 1000;
/** What was given up was no good for more than itself. */
const pauseGivenUpMs = 600_000;
const longestPauseMs = 3_600_000;

interface Listening {
  readonly ending: AbortController;
  readonly sinceMs: number;
  freshAtMs: number;
}

export function createLookout({ transport, clock, file, onRing }: LookoutOptions): Lookout {
  let current: Listening | undefined;
  let heard = "";
  let pauseMs = 0;
  let notBeforeMs = -Infinity;

  async function listen(own: Listening): Promise<void> {
    try {
      const script = renderLookout(file, heard).shell;
      for await (const line of linesOf(transport.stream(["/bin/sh", "-c", script], { signal: own.ending.signal }))) hear(own, line);
    } catch {
      // Whatever it was, rings are not heard, and nothing depends on them.
    }
    if (current === own) rest(firstPauseMs);
  }

  function hear(own: Listening, line: string): void {
    own.freshAtMs = clock.monotonic();
    const [, jobId, what] = /^([1-9]\d*) [1-9]\d* \d+ (start|end)$/.exec(line) ?? [];
    if (jobId === undefined || current !== own) return;
    heard = line;
    onRing(jobId, what === "start" ? "start" : "end");
  }

  /** For longer each time, unless it could listen for longer than it had rested. */
  function rest(leastMs: number): void {
    const listenedMs = current === undefined ? 0 : clock.monotonic() - current.sinceMs;
    pauseMs = Math.min(Math.max(leastMs, listenedMs > pauseMs ? 0 : pauseMs * 2), longestPauseMs);
    notBeforeMs = clock.monotonic() + pauseMs;
    end();
  }

  const end = (): void => {
    current?.ending.abort();
    current = undefined;
  };

  const attend = (): void => {
    const nowMs = clock.monotonic();
    if (nowMs < notBeforeMs || (current !== undefined && nowMs - current.freshAtMs < drowsyMs)) return;
    const sinceMs = current?.sinceMs ?? nowMs;
    end();
    current = { ending: new AbortController(), sinceMs, freshAtMs: nowMs };
    void listen(current);
  };

  return {
    get listens() {
      return current !== undefined;
    },
    attend,
    resume() {
      if (current === undefined) attend();
    },
    end,
    giveUp: () => rest(pauseGivenUpMs),
  };
}
