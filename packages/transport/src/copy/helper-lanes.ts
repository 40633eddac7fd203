/** What one call over there reads, and what it is told of its answer. */
export interface Lane {
  readonly input: AsyncIterable<Uint8Array>;
  readonly onOutput: (piece: Buffer) => void | Promise<void>;
}

/** Calls over there that share in one transfer. */
export interface Lanes {
  /** Whose transfer it is: ends when the whole has been placed. */
  readonly owner: (lane: Lane) => Promise<unknown>;
  readonly helper: (lane: Lane, stop: AbortSignal) => Promise<unknown>;
}

/** The helpers of one transfer. */
export interface HelperLanes {
  /** They may begin, as soon as the transfer turns out to need them. */
  allow(totalBytes: number): void;
  /** So many bytes more have been moved. */
  moved(bytes: number): void;
  /** As far as is known the owner's lane is fast enough by itself. */
  readonly areNeedless: boolean;
  /**
   * Nothing is left to hand out. A helper that has not got a channel by now is not waited for: two transfers could
   * otherwise wait for each other's channels.
   */
  enough(): void;
  /** Resolves when all that had begun have ended well. */
  done(): Promise<void>;
  /** Ends them, and resolves when they have ended. */
  stop(reason: unknown): Promise<void>;
}

const helpers = 3;
/** Smaller transfers are over before helpers have begun. */
const helpedFromBytes = 64 * 1024 * 1024;
/**
 * What is under way on a channel is at most its window: over a long wire that is what limits one lane. One that is faster than
 * this is limited by processors, and helpers would only take them away.
 */
const fastBytesPerMs = (150 * 1024 * 1024) / 1000;
/** So many bytes tell how fast a lane is; all that come later tell it better. */
const judgedBytes = 8 * 1024 * 1024;

/** @param onFailed - told of each helper that has failed: what it had taken nobody else will bring. */
export function helperLanes(newLane: () => Lane, run: Lanes["helper"], onFailed: (error: unknown) => void): HelperLanes {
  const stopped = new AbortController();
  const late = new AbortController();
  let startedAt: number | undefined;
  let movedBytes = 0;
  let isAllowed = false;
  let helping: readonly Promise<void>[] | undefined;
  const isJudgedAlone = (): boolean => isAllowed && helping === undefined && movedBytes >= judgedBytes;

  async function help(): Promise<void> {
    const { input, onOutput } = newLane();
    const state = { hasBegun: false };
    const end = new AbortController();
    // Read from the moment on at which the lane has a channel.
    async function* begun(): AsyncGenerator<Uint8Array, void> {
      // Too late: it is being ended already.
      if (end.signal.aborted) return;
      state.hasBegun = true;
      yield* input;
    }
    stopped.signal.addEventListener("abort", () => end.abort(stopped.signal.reason), { once: true });
    late.signal.addEventListener("abort", () => state.hasBegun || end.abort(), { once: true });
    try {
      await run({ input: begun(), onOutput }, end.signal);
    } catch (error) {
      if (state.hasBegun || stopped.signal.aborted || !late.signal.aborted) throw error;
    }
  }

  return {
    allow(totalBytes) {
      isAllowed = totalBytes >= helpedFromBytes;
    },
    moved(bytes) {
      startedAt ??= performance.now();
      movedBytes += bytes;
      if (!isJudgedAlone() || movedBytes > (performance.now() - startedAt) * fastBytesPerMs) return;
      helping = Array.from({ length: helpers }, help);
      for (const one of helping) one.catch(onFailed);
    },
    get areNeedless() {
      return isJudgedAlone();
    },
    enough: () => late.abort(),
    async done() {
      await Promise.all(helping ?? []);
    },
    async stop(reason) {
      stopped.abort(reason);
      await Promise.allSettled(helping ?? []);
    },
  };
}
