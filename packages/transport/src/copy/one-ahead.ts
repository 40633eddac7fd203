/** Gives each item while the next one is being made. */
export async function* oneAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void> {
  const source = items[Symbol.asyncIterator]();
  let ahead = source.next();
  try {
    for (let item = await ahead; item.done !== true; item = await ahead) {
      ahead = source.next();
      // Who stops here does not want to hear of it.
      ahead.catch(() => undefined);
      yield item.value;
    }
  } finally {
    await ahead.catch(() => undefined);
    await source.return?.();
  }
}
