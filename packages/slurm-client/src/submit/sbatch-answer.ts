import { findSubmissionProblem, type SubmissionProblem } from "../error/submission-problem.js";

/** How sbatch ended, and what it printed on both streams. */
export interface SbatchReply {
  readonly exitCode: number;
  readonly printed: string;
}

/** What a reply says of the job. */
export type SbatchAnswer =
  | { readonly kind: "accepted"; readonly id: string }
  | RefusedAnswer
  /** There may be one. */
  | ({ readonly kind: "unclear" } & SbatchReply);

/** There is no job, for certain. */
export interface RefusedAnswer extends SbatchReply {
  readonly kind: "refused";
  /** The cause; undefined for what is not in the table. */
  readonly problem: SubmissionProblem | undefined;
}

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
  const problem = findSubmissionProblem(printed, restNumbers(printed)?.[0]);
  return isRefused(printed, problem) ? { kind: "refused", problem, ...reply } : { kind: "unclear", ...reply };
}

/** Whether there is no job, for certain. */
function isRefused(printed: string, problem: SubmissionProblem | undefined): boolean {
  if (problem !== undefined) return problem !== "lost-reply";
  return restNumbers(printed)?.some(isOfController) ?? printed.includes("Batch job submission failed");
}

/** What slurmrestd said of a job that it did not queue, as it is recorded. @param number - Slurm's number of the error. */
export const renderRestProblem = ({ number, text }: { readonly number: number | undefined; readonly text: string }): string => `slurmrestd: error ${number ?? -1}: ${text}`;

/** The numbers of errors of slurmrestd; undefined for what sbatch printed. */
function restNumbers(printed: string): readonly number[] | undefined {
  const numbers = [...printed.matchAll(/^slurmrestd: error (-?\d+): /gm)].map(([, number]) => Number(number));
  return numbers.length === 0 ? undefined : numbers;
}

/** Errors of the controller's own: it looked at the job, and did not take it. @see slurm/slurm_errno.h, ESLURM_* */
const isOfController = (number: number): boolean => number >= 2000 && number < 3000;

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
