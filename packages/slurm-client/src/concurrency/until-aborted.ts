import { AbortedError, onAbort, type Cancellable } from "@hpckit/core";

/** Waits for what others may wait for too: it goes on when this wait is over. @throws AbortedError as soon as the signal fires. */
export const untilAborted = <Value>(shared: Promise<Value>, { signal }: Cancellable): Promise<Value> =>
  new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, () => reject(new AbortedError("the wait was aborted", { cause: signal?.reason })));
    shared.then(resolve, reject).finally(stopListening);
  });
