/** The items of many iterables as they come. Leaving the loop early leaves them all. */
export async function* merge<Item>(sources: readonly AsyncGenerator<Item>[]): AsyncGenerator<Item> {
  const next = (source: AsyncGenerator<Item>): Promise<Arrival<Item>> => source.next().then((result) => ({ source, result }));
  const pending = new Map(sources.map((source) => [source, next(source)] as const));
  try {
    while (pending.size > 0) {
      const { source, result } = await Promise.race(pending.values());
      if (result.done === true) pending.delete(source);
      else {
        pending.set(source, next(source));
        yield result.value;
      }
    }
  } finally {
    // What is still under way may fail or come too late for anybody.
    for (const waiting of pending.values()) waiting.catch(() => undefined);
    for (const source of pending.keys()) void source.return(undefined).catch(() => undefined);
  }
}

interface Arrival<Item> {
  readonly source: AsyncGenerator<Item>;
  readonly result: IteratorResult<Item, unknown>;
}
