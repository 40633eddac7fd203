import type { Clock } from "@hpckit/core";

/** Does something after so long, unless the function that is returned is called before. */
export function afterAWhile(clock: Clock, milliseconds: number, act: () => void): () => void {
  const stopped = new AbortController();
  void clock.sleep(milliseconds, { signal: stopped.signal }).then(act, () => undefined);
  return () => stopped.abort();
}
