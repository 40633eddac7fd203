import { pushQueue } from "../concurrency/push-queue.js";

/**
 * The items of many iterables as they come; of an iterable of iterables also those that come later. Each waits until its item was taken. Leaving the loop early leaves
 * them all.
 */
export async function* merge<Item>(sources: Iterable<AsyncGenerator<Item>> | AsyncIterable<AsyncGenerator<Item>>): AsyncGenerator<Item> {
  const arrivals = pushQueue<Arrival<Item>>();
  const open = new Set<AsyncGenerator<Item>>();
  let running = 0;

  // One loop for each: a race of all for every item would keep a promise of each until the last one's end.
  function start(work: Promise<void>): void {
    running++;
    void work
      .catch((error: unknown) => arrivals.push({ error }))
      .finally(() => {
        if (--running === 0) arrivals.end();
      });
  }
  async function startAll(): Promise<void> {
    for await (const source of sources) start(pump(source));
  }
  async function pump(source: AsyncGenerator<Item>): Promise<void> {
    open.add(source);
    for await (const item of source) await new Promise<void>((taken) => arrivals.push({ item, taken }));
    open.delete(source);
  }

  start(startAll());
  try {
    for await (const arrival of arrivals.items()) {
      if ("error" in arrival) throw arrival.error;
      yield arrival.item;
      arrival.taken();
    }
  } finally {
    // What is still under way may fail or come too late for anybody.
    for (const source of open) void source.return(undefined).catch(() => undefined);
  }
}

type Arrival<Item> = { readonly item: Item; readonly taken: () => void } | { readonly error: unknown };
