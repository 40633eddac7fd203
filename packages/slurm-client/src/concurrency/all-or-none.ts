import type { Cancellable } from "@hpckit/core";

/** Does something with each, all at once. As soon as one fails the others are aborted: their answers would be for nobody. @throws what failed first. */
export async function allOrNone<Each, Value>(all: readonly Each[], act: (each: Each, options: Cancellable) => Promise<Value>, { signal }: Cancellable): Promise<readonly Value[]> {
  const siblings = new AbortController();
  const either = signal === undefined ? siblings.signal : AbortSignal.any([signal, siblings.signal]);
  try {
    return await Promise.all(all.map((each) => act(each, { signal: either })));
  } catch (error) {
    siblings.abort(error);
    throw error;
  }
}
