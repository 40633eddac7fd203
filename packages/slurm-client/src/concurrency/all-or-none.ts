import type { Cancellable } from "@hpckit/core";
import { eitherSignal } from "./either-signal.js";

/** Does something with each, all at once. As soon as one fails the others are aborted: their answers would be for nobody. @throws what failed first. */
export async function allOrNone<Each, Value>(all: readonly Each[], act: (each: Each, options: Cancellable) => Promise<Value>, { signal }: Cancellable): Promise<readonly Value[]> {
  const siblings = new AbortController();
  const either = eitherSignal(signal, siblings.signal);
  try {
    return await Promise.all(all.map((each) => act(each, { signal: either })));
  } catch (error) {
    siblings.abort(error);
    throw error;
  }
}
