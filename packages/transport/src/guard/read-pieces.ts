import type { Readable } from "node:stream";

/** What is still under way when a channel closes arrives within this, piece after piece. */
const graceMs = 1_000;
const over: unique symbol = Symbol("over");

/**
 * The pieces of a stream, at the reader's pace, to its end or shortly after its channel has closed: a stream may stay
 * open for ever in the hands of a child, or never be told that its connection is gone.
 *
 * No `Promise.race` with `closed`: a promise that settles late keeps all that was ever raced with it, here every byte.
 */
export async function* readPieces(stream: Readable, closed: Promise<unknown>): AsyncGenerator<Buffer, void> {
  const pieces = stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  const state = { isClosed: false };
  let wake: () => void = () => undefined;
  void closed.then(() => {
    state.isClosed = true;
    wake();
  });
  for (;;) {
    const next = pieces.next().catch((): typeof over => over);
    const soon = new Promise<typeof over>((resolve) => (wake = () => resolve(over)));
    if (state.isClosed) wake();
    let piece = await Promise.race([next, soon]);
    if (piece === over) piece = await withinGrace(next);
    if (piece === over || piece.done === true) return;
    yield piece.value;
  }
}

async function withinGrace<Piece>(next: Promise<Piece>): Promise<Piece | typeof over> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof over>((resolve) => (timer = setTimeout(() => resolve(over), graceMs)));
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
  }
}
