import type { ClaimAttempt } from "./claim-record.js";

/** What was seen, look by look, of a submission that may have given a job. */
export interface AbsenceTrack {
  /** Looks in a row at which all who could know were asked, answered, and knew nothing. */
  readonly emptyLooks: number;
  /** When the first of them was, in milliseconds of a monotonic clock. */
  readonly since: number | undefined;
  /** Whether the first came while the controller still remembered every job that could have been queued, or accounting was asked too. */
  readonly covered: boolean;
}

export const noLook: AbsenceTrack = { emptyLooks: 0, since: undefined, covered: false };

/** One look at which no job was found. */
export interface EmptyLook {
  readonly attempt: ClaimAttempt;
  /** Milliseconds of a monotonic clock. */
  readonly nowMs: number;
  /** The time over there. */
  readonly thereSeconds: number;
  /** A tool that failed is no evidence. */
  readonly queue: "answered" | "failed";
  readonly accounting: "answered" | "failed" | "absent";
  readonly minJobAgeSeconds: number;
}

const leastLooks = 3;

export type Absence =
  | { readonly kind: "wait"; readonly track: AbsenceTrack }
  /** Nothing was queued, nor will be by that attempt: were it all the same, the fence lets one of two run. */
  | { readonly kind: "not-submitted" }
  /** Nobody who could know remembers that far: a person decides. */
  | { readonly kind: "undecidable" };

/**
 * Whether nothing was queued. Never by age alone: all who could know must have been asked several times, over `settleMs`, and have known
 * nothing; and whoever submits must not be seen alive.
 *
 * A job that has started has left its fence, so what could be missed is one that was queued and cancelled. Where accounting is not asked, the
 * controller must still remember the time of the claim.
 */
export function judgeAbsence(track: AbsenceTrack, look: EmptyLook, settleMs: number): Absence {
  if (look.attempt.isOwnerAlive || look.queue === "failed" || look.accounting === "failed") return { kind: "wait", track };
  const { claimedAtSeconds } = look.attempt;
  const remembers = claimedAtSeconds === undefined || look.thereSeconds - claimedAtSeconds < look.minJobAgeSeconds;
  const next: AbsenceTrack =
    track.since === undefined
      ? { emptyLooks: 1, since: look.nowMs, covered: remembers || look.accounting === "answered" }
      : { ...track, emptyLooks: track.emptyLooks + 1 };
  if (next.emptyLooks < leastLooks || look.nowMs - (next.since ?? look.nowMs) < settleMs) return { kind: "wait", track: next };
  return { kind: next.covered ? "not-submitted" : "undecidable" };
}
