import type { ClaimAttempt, FoundClaims } from "./claim-record.js";

/** What is to be done about a key, by what was found of it. */
export type Decision =
  /** Nothing is queued under it: this attempt may be made. */
  | { readonly kind: "free"; readonly attempt: number }
  /** This is its job. */
  | { readonly kind: "job"; readonly id: string; readonly submittedAtSeconds: number; readonly attempt: ClaimAttempt | undefined }
  /** Another spec was submitted under it. */
  | { readonly kind: "conflict"; readonly attempt: ClaimAttempt }
  /** There may be a job: ask Slurm. */
  | { readonly kind: "open"; readonly attempt: ClaimAttempt };

/**
 * | found | then |
 * |---|---|
 * | nothing | it is free |
 * | a fence | the job that put it up, whatever else is recorded: it runs, or has run |
 * | the last attempt: an id was answered, or found out later | that job |
 * | … sbatch refused, or somebody found out that there is no job | it is free, for the next attempt |
 * | … anything else: not whole, no answer, an answer that cannot be read | open |
 *
 * An attempt of which there may be a job, and whose spec is another, is a conflict.
 * @param spec - digest of what is to run; undefined to take what is there.
 */
export function decideClaims({ attempts, fence }: FoundClaims, spec: string | undefined): Decision {
  const last = attempts.at(-1);
  const next = { kind: "free", attempt: (last?.number ?? 0) + 1 } as const;
  if (fence !== undefined) {
    const owner = attempts.find((attempt) => idOf(attempt) === fence.id) ?? last;
    if (owner !== undefined && isOther(owner, spec)) return { kind: "conflict", attempt: owner };
    return { kind: "job", id: fence.id, submittedAtSeconds: earliest(attempts), attempt: owner };
  }
  if (last === undefined || isOver(last)) return next;
  if (isOther(last, spec)) return { kind: "conflict", attempt: last };
  const id = idOf(last);
  return id === undefined ? { kind: "open", attempt: last } : { kind: "job", id, submittedAtSeconds: earliest(attempts), attempt: last };
}

const isOther = ({ header }: ClaimAttempt, spec: string | undefined): boolean => spec !== undefined && header !== undefined && header.spec !== spec;

/** There is no job of it, for certain. */
const isOver = ({ state }: ClaimAttempt): boolean =>
  (state.kind === "settled" && state.id === undefined) || (state.kind === "answered" && state.answer.kind === "refused");

function idOf({ state }: ClaimAttempt): string | undefined {
  if (state.kind === "settled") return state.id;
  return state.kind === "answered" && state.answer.kind === "accepted" ? state.answer.id : undefined;
}

/** A lower bound of the time of submission: rows of a job with the same id that are older are another's. 0 where nobody wrote it down. */
function earliest(attempts: readonly ClaimAttempt[]): number {
  const times = attempts.flatMap(({ claimedAtSeconds }) => (claimedAtSeconds === undefined ? [] : [claimedAtSeconds]));
  return times.length === 0 ? 0 : Math.min(...times);
}
