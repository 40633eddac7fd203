import { AbortedError, onAbort, type Cancellable } from "@hpckit/core";

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
  const listeners = new Set<(item: Item | undefined) => void>();
  let end: End | undefined;
  const finish = (how: End): void => {
    end ??= how;
    for (const listener of [...listeners]) listener(undefined);
  };
  const throwIfFailed = (): void => {
    if (typeof end === "object") throw end.error;
  };
  async function* listen(first: Item, { signal }: Cancellable): AsyncGenerator<Item> {
    const waiting: Item[] = [first];
    let wake = (): void => undefined;
    const hear = (item: Item | undefined): void => {
      if (item !== undefined) waiting.push(item);
      wake();
    };
    listeners.add(hear);
    const stopWaiting = onAbort(signal, () => wake());
    try {
      for (;;) {
        for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) yield item;
        if (signal?.aborted === true) throw new AbortedError("the wait was aborted; the set goes on", { cause: signal.reason });
        throwIfFailed();
        if (end !== undefined) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      listeners.delete(hear);
      stopWaiting();
    }
  }
  return {
    tell: (item) => {
      for (const listener of [...listeners]) listener(item);
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
