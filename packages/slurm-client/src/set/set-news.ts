import { AbortedError, onAbort, type Cancellable } from "@hpckit/core";
import { pushQueue, type PushQueue } from "../concurrency/push-queue.js";

/** Tells any number of listeners what happens, and when it is over. */
export interface News<Item> {
  tell(items: readonly Item[]): void;
  end(): void;
  /** Ends it with an error; the first end counts. */
  fail(error: unknown): void;
  hasEnded(): boolean;
  /** All from this call on, after the first ones. Leaving the loop ends the listening. */
  listen(first: readonly Item[], options: Cancellable): AsyncGenerator<Item>;
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
    listeners.clear();
  };
  const throwIfFailed = (): void => {
    if (typeof end === "object") throw end.error;
  };
  async function* hear(news: PushQueue<Item>, { signal }: Cancellable): AsyncGenerator<Item> {
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
  function listen(first: readonly Item[], options: Cancellable): AsyncGenerator<Item> {
    const news = pushQueue<Item>();
    first.forEach(news.push);
    if (end === undefined) listeners.add(news);
    else news.end();
    return hear(news, options);
  }
  return {
    tell: (items) => {
      for (const listener of listeners) items.forEach(listener.push);
    },
    end: () => finish("over"),
    fail: (error) => finish({ error }),
    hasEnded: () => end !== undefined,
    listen,
    ended: async (options) => {
      const items = listen([], options);
      // Only its end is waited for.
      for (let item = await items.next(); item.done !== true; item = await items.next());
    },
  };
}
