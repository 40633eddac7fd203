import type { Cancellable, Clock } from "@hpckit/core";
import { eitherSignal } from "../concurrency/either-signal.js";

/** Waits, no longer than until the job ends. */
export async function waitOrEnd(clock: Clock, milliseconds: number, { signal, ended }: Cancellable & { readonly ended: AbortSignal }): Promise<void> {
  await clock.sleep(milliseconds, { signal: ended.aborted ? signal : eitherSignal(signal, ended) }).catch((error: unknown) => {
    if (signal?.aborted === true || !ended.aborted) throw error;
  });
}
