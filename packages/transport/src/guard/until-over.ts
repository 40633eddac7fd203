/**
 * The pieces until `over` settles. Then their source is let go of at once, also where it never has another: the loop over a generator would first wait for
 * that. What comes after is not handed on.
 */
export async function* untilOver<Piece>(pieces: Iterable<Piece> | AsyncIterable<Piece>, over: Promise<unknown>): AsyncGenerator<Piece> {
  const source = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  let isOver = false as boolean;
  const leave = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await source.return?.();
  };
  const leaveQuietly = (): void => void leave().catch(() => undefined);
  over.then(leaveQuietly, leaveQuietly);
  try {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      if (isOver) return;
      yield next.value;
    }
    isOver = true;
  } finally {
    await leave();
  }
}
