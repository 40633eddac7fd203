import { TimeoutError, type Clock } from "@hpckit/core";

/** Waits, or throws the signal's own reason. */
export async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(milliseconds, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}

/** A time limit that passed in a wait says what was waited for. */
export const explained = (error: unknown, why: string): unknown => (error instanceof TimeoutError ? new TimeoutError(`${error.message}: ${why}`, { cause: error, detail: error.detail }) : error);
