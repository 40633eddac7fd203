import { createPlaces } from "../../concurrency/places.js";

/** Lets so many calls run at a time; the others wait, in the order in which they came. */
export function createTurns(most: number): <Value>(call: () => Promise<Value>) => Promise<Value> {
  const places = createPlaces(most);
  return async (call) => {
    const leave = await places.take();
    try {
      return await call();
    } finally {
      leave();
    }
  };
}
