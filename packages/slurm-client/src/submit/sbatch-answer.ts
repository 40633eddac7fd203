import { findSubmissionProblem, type SubmissionProblem } from "../error/submission-problem.js";

/** How sbatch ended, and what it printed on both streams. */
export interface SbatchReply {
  readonly exitCode: number;
  readonly printed: string;
}

/** What a reply says of the job. */
export type SbatchAnswer =
  | { readonly kind: "accepted"; readonly id: string }
  /** There is no job, for certain. */
  | ({ readonly kind: "refused"; readonly problem: SubmissionProblem | undefined } & SbatchReply)
  /** There may be one. */
  | ({ readonly kind: "unclear" } & SbatchReply);

/**
 * Reads a reply. An id counts only where sbatch ended well; a refusal only where the server said it, or the table knows that nothing
 * was sent.
 */
export function readAnswer(reply: SbatchReply): SbatchAnswer {
  const { exitCode, printed } = reply;
  if (exitCode === 0) {
    const id = findJobId(printed);
    if (id !== undefined) return { kind: "accepted", id };
    // sbatch can succeed beside a wrapper that prints anything.
    if (!/^sbatch: error:|submission failed/im.test(printed)) return { kind: "unclear", ...reply };
  }
  const problem = findSubmissionProblem(printed);
  const refused = problem === undefined ? printed.includes("Batch job submission failed") : problem !== "lost-reply";
  return refused ? { kind: "refused", problem, ...reply } : { kind: "unclear", ...reply };
}

const parsable = /^([1-9]\d*)(?:;[\w.-]+)?$/;
/** What wrappers print that drop `--parsable`. */
const spoken = /^Submitted batch job ([1-9]\d*)(?: on cluster \S+)?$/;

/** The one line that is an id: `ID`, `ID;cluster` or as sbatch says it to people. Where two lines could be one, none is. */
export function findJobId(printed: string): string | undefined {
  const ids = new Set(
    printed.split("\n").flatMap((line) => {
      const id = (parsable.exec(line.trim()) ?? spoken.exec(line.trim()))?.[1];
      return id === undefined ? [] : [id];
    }),
  );
  const [id] = ids;
  return ids.size === 1 ? id : undefined;
}
