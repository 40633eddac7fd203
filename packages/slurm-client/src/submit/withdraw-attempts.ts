import { afterAWhile } from "../concurrency/after-a-while.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { claimFolder } from "./claim-folder.js";
import { nextOf, type Next, type PendingSubmission } from "./pending-submission.js";
import { removeSecrets } from "./secrets-file.js";
import { settleOverCommandLine } from "./submit-over-command-line.js";
import { newNonce, type ClaimVerdict } from "./submit-request.js";

/** A submission that will not be made (again). */
export interface WithdrawnSubmission {
  readonly pending: PendingSubmission;
  /** The attempt that nobody has claimed. */
  readonly attempt: number;
  /** What it ends with if nothing was queued, for certain. */
  readonly error: unknown;
  /** What it ends with if that cannot be said. */
  readonly unknown: unknown;
}

/**
 * Ends submissions whose attempt has no claim. One that was sent can still come, by a script over there that is late: so its attempt is claimed for
 * none, and the script will find it taken and start no sbatch.
 */
export async function withdrawAttempts(context: SlurmContext, withdrawn: readonly WithdrawnSubmission[], { longestMs }: { readonly longestMs?: number } = {}): Promise<void> {
  const sent: (WithdrawnSubmission & { readonly verdict: ClaimVerdict })[] = [];
  for (const each of withdrawn) {
    const { submission, planned } = each.pending;
    if (planned === undefined) each.pending.next = { kind: "error", error: each.error };
    else sent.push({ ...each, verdict: { token: submission.token, attempt: each.attempt, nonce: newNonce(), header: planned.request.header, id: undefined } });
  }
  if (sent.length === 0) return;
  const recorded = await within(context, longestMs, (signal) => settleOverCommandLine(context, claimFolder(context.stateFolder, context.facts.name), sent.map(({ verdict }) => verdict), { signal })).catch(() => undefined);
  for (const [index, { pending, verdict, error, unknown }] of sent.entries()) {
    const found = recorded?.[index] ?? { attempts: [], fence: undefined };
    const isTaken = found.attempts.some(({ nonce, state }) => nonce === verdict.nonce && state.kind === "settled");
    const next: Next = nextOf(context, pending, found, undefined);
    pending.next = next.kind === "attempt" ? { kind: "error", error: isTaken ? error : unknown } : next;
    // No script can run it any more. Best effort: what became of the submission is what counts.
    if (isTaken && pending.next.kind === "error") await removeSecrets(context.transport, pending.planned?.plan.secretsFile).catch(() => undefined);
  }
}

/** Ends what takes longer. */
async function within<Value>({ clock }: SlurmContext, longestMs: number | undefined, work: (signal: AbortSignal | undefined) => Promise<Value>): Promise<Value> {
  if (longestMs === undefined) return work(undefined);
  const limit = new AbortController();
  return work(limit.signal).finally(afterAWhile(clock, longestMs, () => limit.abort()));
}
