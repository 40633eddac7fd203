import type { Cancellable } from "@hpckit/core";
import { isHopeless } from "../error/is-hopeless.js";
import type { Job } from "../job/job.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { renewalSignal } from "./lease-script.js";

export interface RenewLeaseOptions extends Required<Cancellable> {
  readonly leaseSeconds: number;
  /** Whether it has just begun. Then it is not renewed at once: a shell that has not set its trap yet dies of the signal. */
  readonly isOwn: boolean;
}

/**
 * Renews the lease three times in its length, until the allocation is released or has ended, or nobody can be reached any more: the connection
 * was closed. The pauses keep no process alive: what has nothing else to do has no use for nodes.
 */
export async function renewLease({ clock, onTrouble }: Pick<SlurmContext, "clock"> & { readonly onTrouble: (error: unknown) => void }, job: Pick<Job, "signal">, { leaseSeconds, isOwn, signal }: RenewLeaseOptions): Promise<void> {
  const pause = (): Promise<void> => clock.sleep((leaseSeconds * 1000) / 3, { signal, unref: true }).catch(() => undefined);
  const renewOnce = async (): Promise<boolean> => {
    try {
      return (await job.signal(renewalSignal, { to: "batch", signal })).kind !== "ended";
    } catch (error) {
      if (signal?.aborted !== true) onTrouble(error);
      return !isHopeless(error);
    }
  };
  if (isOwn) await pause();
  while (signal?.aborted !== true && (await renewOnce())) await pause();
}
