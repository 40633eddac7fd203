import { AbortedError, type Cancellable, type Clock } from "@hpckit/core";

/** Waits, until it is time or the signal wakes it: either way it was only a pause. */
export async function pause(clock: Clock, milliseconds: number, options: Cancellable): Promise<void> {
  await clock.sleep(milliseconds, options).catch((error: unknown) => {
    if (!(error instanceof AbortedError)) throw error;
  });
}
