import { AbortedError, type Cancellable } from "@hpckit/core";
import { createPlaces } from "../../concurrency/places.js";

/** Lets so many calls run at a time; the others wait, in the order in which they came. One that is aborted leaves the line at once. */
export function createTurns(most: number): <Value>(call: () => Promise<Value>, options?: Cancellable) => Promise<Value> {
  const places = createPlaces(most);
  return async (call, options) => {
    const leave = await places.take(options).catch((cause: unknown) => {
      throw new AbortedError("aborted while it waited for its turn; nothing was sent", { cause });
    });
    try {
      return await call();
    } finally {
      leave();
    }
  };
}
