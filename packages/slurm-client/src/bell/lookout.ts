import { linesOf, type Clock, type Transport } from "@hpckit/core";
import { renderLookout } from "./bell-script.js";

/** Hears jobs ring. Nothing is certain about it: it may hear nothing at all, and nobody may rely on it. */
export interface Lookout {
  /** Whether a ring would be heard now, as far as is known; true also while it is being set up. */
  readonly listens: boolean;
  /** Listens from now on, and closely. */
  attend(): void;
  /** Nobody waits any more. */
  end(): void;
  /** Ends for good: the login node may have no room for one more session. */
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
const mostFailures = 3;

export function createLookout({ transport, clock, file, onRing }: LookoutOptions): Lookout {
  let current: { readonly ending: AbortController; freshAtMs: number } | undefined;
  let failures = 0;

  async function listen(own: NonNullable<typeof current>): Promise<void> {
    try {
      const script = renderLookout(file).shell;
      for await (const line of linesOf(transport.stream(["/bin/sh", "-c", script], { signal: own.ending.signal }))) hear(own, line);
    } catch {
      // Whatever it was, rings are not heard, and nothing depends on them.
    }
    if (current !== own) return;
    current = undefined;
    failures++;
  }

  function hear(own: NonNullable<typeof current>, line: string): void {
    own.freshAtMs = clock.now();
    failures = 0;
    const [, jobId, what] = /^([1-9]\d*) [1-9]\d* \d+ (start|end)$/.exec(line) ?? [];
    if (jobId !== undefined && current === own) onRing(jobId, what === "start" ? "start" : "end");
  }

  const end = (): void => {
    current?.ending.abort();
    current = undefined;
  };

  return {
    get listens() {
      return current !== undefined;
    },
    attend() {
      if (failures >= mostFailures) return;
      if (current !== undefined && clock.now() - current.freshAtMs < drowsyMs) return;
      end();
      current = { ending: new AbortController(), freshAtMs: clock.now() };
      void listen(current);
    },
    end,
    giveUp() {
      failures = Infinity;
      end();
    },
  };
}
