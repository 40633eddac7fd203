import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

/** What is still under way when a channel closes arrives within this, piece after piece. */
const graceMs = 1_000;
const over: unique symbol = Symbol("over");

/**
 * The pieces of a stream, at the reader's pace, to its end or shortly after its channel has closed: a stream may stay
 * open for ever in the hands of a child, or never be told that its connection is gone.
 */
export async function* readPieces(stream: Readable, closed: Promise<unknown>): AsyncGenerator<Buffer, void> {
  const pieces = stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  const state = { isClosed: false };
  const closing = closed.then((): typeof over => {
    state.isClosed = true;
    return over;
  });
  for (;;) {
    const next = pieces.next().catch((): typeof over => over);
    let piece = state.isClosed ? over : await Promise.race([next, closing]);
    if (piece === over) piece = await Promise.race([next, delay(graceMs).then((): typeof over => over)]);
    if (piece === over || piece.done === true) return;
    yield piece.value;
  }
}
