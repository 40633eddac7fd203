import type { Cancellable, Clock } from "@hpckit/core";

/** Waits, no longer than until the job ends. */
export async function waitOrEnd(clock: Clock, milliseconds: number, { signal, ended }: Cancellable & { readonly ended: AbortSignal }): Promise<void> {
  const either = AbortSignal.any([...(signal === undefined ? [] : [signal]), ...(ended.aborted ? [] : [ended])]);
  await clock.sleep(milliseconds, { signal: either }).catch((error: unknown) => {
    if (signal?.aborted === true || !ended.aborted) throw error;
  });
}
