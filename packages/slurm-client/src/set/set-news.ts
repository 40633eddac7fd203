import { AbortedError, onAbort, type Cancellable } from "@hpckit/core";
import { pushQueue, type PushQueue } from "../concurrency/push-queue.js";

/** Tells any number of listeners what happens, and when it is over. */
export interface News<Item> {
  tell(item: Item): void;
  end(): void;
  /** Ends it with an error; the first end counts. */
  fail(error: unknown): void;
  hasEnded(): boolean;
  /** All from now on, after a first one. Leaving the loop ends the listening. */
  listen(first: Item, options: Cancellable): AsyncGenerator<Item>;
  /** Resolves with the end, or throws its error. */
  ended(options: Cancellable): Promise<void>;
}

type End = { readonly error: unknown } | "over";

export function createNews<Item>(): News<Item> {
  const listeners = new Set<PushQueue<Item>>();
  let end: End | undefined;
  const finish = (how: End): void => {
    end ??= how;
    for (const listener of listeners) listener.end();
  };
  const throwIfFailed = (): void => {
    if (typeof end === "object") throw end.error;
  };
  async function* listen(first: Item, { signal }: Cancellable): AsyncGenerator<Item> {
    const news = pushQueue<Item>();
    news.push(first);
    if (end !== undefined) news.end();
    listeners.add(news);
    const stopWaiting = onAbort(signal, news.end);
    try {
      yield* news.items();
      if (signal?.aborted === true) throw new AbortedError("the wait was aborted; the set goes on", { cause: signal.reason });
      throwIfFailed();
    } finally {
      listeners.delete(news);
      stopWaiting();
    }
  }
  return {
    tell: (item) => {
      for (const listener of listeners) listener.push(item);
    },
    end: () => finish("over"),
    fail: (error) => finish({ error }),
    hasEnded: () => end !== undefined,
    listen,
    ended: async (options) => {
      const items = listen(undefined as Item, options);
      // Only its end is waited for.
      for (let item = await items.next(); item.done !== true; item = await items.next());
    },
  };
}
