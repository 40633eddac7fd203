import { OutputUnreadableError } from "@hpckit/core";
import { printedQuestion, type Question } from "../backend/question.js";
import { parseKeyValues } from "../cluster/key-values.js";
import { readNumber } from "../cluster/slurm-values.js";

/** Licences of one kind that jobs of this cluster share. @see scontrol(1), `show licenses` */
export interface License {
  /** As a job names it, e.g. `matlab`, or `ansys@flex` for one of a server. */
  readonly name: string;
  readonly total: number;
  readonly used: number;
  /** Not in use; those that are reserved are not taken off. */
  readonly free: number;
  readonly reserved: number;
  /** Counted by the accounting database, for several clusters. */
  readonly remote: boolean;
}

export const licensesQuestion: Question<readonly License[]> = printedQuestion(["scontrol", "--oneliner", "show", "licenses"], parseLicenses);

/**
 * Reads `scontrol --oneliner show licenses`.
 * @throws OutputUnreadableError for an answer that shows none, and does not say that there is none.
 */
export function parseLicenses(stdout: string): readonly License[] {
  const lines = stdout.split("\n").filter((line) => line.startsWith("LicenseName="));
  if (lines.length === 0 && !/^No licenses/m.test(stdout)) throw new OutputUnreadableError("scontrol show licenses", "neither a licence nor word that there is none", stdout);
  return lines.map((line) => {
    const pairs = parseKeyValues(line);
    const count = (key: string): number => readNumber(pairs.get(key)) ?? 0;
    const [total, used] = [count("Total"), count("Used")];
    return { name: pairs.get("LicenseName") ?? "", total, used, free: readNumber(pairs.get("Free")) ?? total - used, reserved: count("Reserved"), remote: pairs.get("Remote") === "yes" };
  });
}
