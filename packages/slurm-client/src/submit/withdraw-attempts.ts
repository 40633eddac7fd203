import type { Cancellable } from "@hpckit/core";
import { afterAWhile } from "../concurrency/after-a-while.js";
import { untilAborted } from "../concurrency/until-aborted.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { claimFolder } from "./claim-folder.js";
import type { FoundClaims } from "./claim-record.js";
import { nextOf, type PendingSubmission } from "./pending-submission.js";
import { removeUnused } from "./secrets-file.js";
import { settleOverCommandLine } from "./submit-over-command-line.js";
import { newNonce, type ClaimVerdict } from "./submit-request.js";

export interface WithdrawOptions {
  /** Told of each as soon as its next is known. */
  readonly onNext: (pending: PendingSubmission) => void;
  /** By default as long as it takes. */
  readonly longestMs?: number | undefined;
}

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

interface SentWithdrawal extends WithdrawnSubmission {
  readonly verdict: ClaimVerdict;
}

/**
 * Ends submissions whose attempt has no claim. One that was sent can still come, by a script over there that is late: so its attempt is claimed for
 * none, and the script will find it taken and start no sbatch.
 */
export async function withdrawAttempts(context: SlurmContext, withdrawn: readonly WithdrawnSubmission[], { onNext, longestMs }: WithdrawOptions): Promise<void> {
  const sent: SentWithdrawal[] = [];
  for (const each of withdrawn) {
    const { submission, planned } = each.pending;
    if (planned === undefined) {
      each.pending.next = { kind: "error", error: each.error };
      onNext(each.pending);
    } else sent.push({ ...each, verdict: { token: submission.token, attempt: each.attempt, nonce: newNonce(), header: planned.request.header, id: undefined } });
  }
  if (sent.length === 0) return;
  await within(context, longestMs, async (options) => {
    const recorded = await untilAborted(settleOverCommandLine(context, claimFolder(context.stateFolder, context.facts.name), sent.map(({ verdict }) => verdict), options), options).catch(() => undefined);
    const unused = sent.flatMap((each, index) => settle(context, each, recorded?.[index] ?? { attempts: [], fence: undefined }));
    for (const { pending } of sent) onNext(pending);
    await untilAborted(removeUnused(context.transport, unused, options), options).catch(() => undefined);
  });
}

/** Says what follows. @returns the secrets that no job reads any more. */
function settle(context: SlurmContext, { pending, attempt, error, unknown, verdict }: SentWithdrawal, found: FoundClaims): readonly (string | undefined)[] {
  const isWithdrawn = found.attempts.some(({ nonce, state }) => nonce === verdict.nonce && state.kind === "settled");
  const next = nextOf(context, pending, found, undefined);
  pending.next = next.kind === "attempt" ? { kind: "error", error: isWithdrawn ? error : unknown } : next;
  // It is claimed, and the records do not say how that ended: they were looked at.
  if (next.kind === "look") pending.looks++;
  if (!isWithdrawn) return [];
  // No script of this attempt can queue a job any more; one before it may have.
  return [...pending.earlier, ...(pending.planned === undefined ? [] : [pending.planned])].filter(({ request }) => request.attempt === attempt).map(({ plan }) => plan.secretsFile);
}

/** Ends what takes longer. */
async function within({ clock }: SlurmContext, longestMs: number | undefined, work: (options: Cancellable) => Promise<void>): Promise<void> {
  if (longestMs === undefined) return work({});
  const limit = new AbortController();
  return work({ signal: limit.signal }).finally(afterAWhile(clock, longestMs, () => limit.abort()));
}
