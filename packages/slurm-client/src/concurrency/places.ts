import { onAbort, type Cancellable } from "@hpckit/core";

/** So many at a time, in the order in which they asked. */
export interface Places {
  /** Waits for a place; the function gives it back, and may be called more than once. @throws what the signal is aborted with. */
  take(options?: Cancellable): Promise<() => void>;
}

export function createPlaces(most: number): Places {
  const waiting: (() => void)[] = [];
  let taken = 0;

  const inTurn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const enter = (): void => {
        stopListening();
        resolve();
      };
      waiting.push(enter);
      const stopListening = onAbort(signal, () => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal?.reason as Error);
      });
    });

  return {
    async take({ signal } = {}) {
      if (taken < most) taken++;
      else await inTurn(signal);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        const next = waiting.shift();
        // A place that someone waits for changes hands.
        if (next === undefined) taken--;
        else next();
      };
    },
  };
}
