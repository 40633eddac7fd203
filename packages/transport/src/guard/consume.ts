import type { Readable } from "node:stream";

/** What is still under way when a channel closes arrives within this, piece after piece. */
const graceMs = 1_000;

/** Gets one piece, and says whether that is all it wants. While its promise is pending nothing more is read. */
export type Taker = (piece: Buffer) => boolean | Promise<boolean>;

/** For what is kept back until it is known what follows, which may be nothing for long. */
export interface Pause {
  readonly ms: number;
  /** Whether anything is kept back. */
  readonly isAwaited: () => boolean;
  /** Hears that nothing has come for so long; else as a {@link Taker}. */
  readonly take: () => boolean | Promise<boolean>;
}

/**
 * Hands on the pieces of a stream, to its end or shortly after its channel has closed: a stream may stay open for ever in
 * the hands of a child, or never be told that its connection is gone. Rejects with what the taker throws.
 *
 * By events, as an iterator costs more than all else that is done with a piece.
 */
export function consume(stream: Readable, closed: Promise<unknown>, take: Taker, pause?: Pause): Promise<void> {
  return new Promise((resolve, reject) => {
    const state = { isOver: false, isTaking: false, hasEnded: false, isClosed: false, count: 0 };
    let timer: NodeJS.Timeout | undefined;

    function end(settle: () => void): void {
      if (state.isOver) return;
      state.isOver = true;
      clearTimeout(timer);
      stream.off("data", onPiece).off("end", onEnd).off("close", onEnd);
      settle();
    }
    function fail(error: unknown): void {
      end(() => reject(error instanceof Error ? error : new Error(String(error))));
    }
    function proceed(hasEnough: boolean): void {
      clearTimeout(timer);
      if (hasEnough || state.hasEnded) end(resolve);
      else if (state.isClosed && !state.isOver) timer = setTimeout(() => end(resolve), graceMs);
      else if (pause?.isAwaited() === true) timer = setTimeout(() => hearPause(pause), pause.ms);
    }
    /** A program that was busy for so long hears its timers before what has arrived meanwhile. */
    function hearPause({ take: hear }: Pause): void {
      const { count } = state;
      setImmediate(() => {
        if (count === state.count && !state.isOver) handle(hear);
      });
    }
    function onPiece(piece: Buffer): void {
      state.count++;
      handle(() => take(piece));
    }
    function handle(next: () => boolean | Promise<boolean>): void {
      let taking: boolean | Promise<boolean>;
      try {
        taking = next();
      } catch (error) {
        fail(error);
        return;
      }
      if (typeof taking === "boolean") proceed(taking);
      else wait(taking);
    }
    function wait(taking: Promise<boolean>): void {
      state.isTaking = true;
      clearTimeout(timer);
      stream.pause();
      taking.then((hasEnough) => {
        state.isTaking = false;
        stream.resume();
        proceed(hasEnough);
      }, fail);
    }
    function onEnd(): void {
      state.hasEnded = true;
      if (!state.isTaking) end(resolve);
    }

    // It may have been held for us.
    stream.on("data", onPiece).once("end", onEnd).once("close", onEnd).resume();
    // Stays: an error that comes late must not end the whole program.
    stream.on("error", onEnd);
    void closed.then(() => {
      state.isClosed = true;
      if (!state.isTaking) proceed(false);
    });
  });
}
