import { printedQuestion, type Question } from "../backend/question.js";
import { parsePipedRows } from "../cluster/piped-rows.js";
import { readNumber, readWord } from "../cluster/slurm-values.js";

/**
 * What an account, or this user in it, has used of its share of the machine.
 * @see sshare(1)
 */
export interface FairShare {
  readonly account: string;
  /** Undefined: the account's own. */
  readonly user: string | undefined;
  readonly partition: string | undefined;
  /** How far below the root of the accounts it stands. */
  readonly depth: number;
  /** Shares among its siblings; undefined for `parent`. */
  readonly shares: number | undefined;
  /** Of its siblings' shares together, from 0 to 1. */
  readonly normalizedShares: number | undefined;
  /** In TRES seconds as the site bills them, decayed. */
  readonly rawUsage: number | undefined;
  /** Of the usage of its siblings together, from 0 to 1. */
  readonly effectiveUsage: number | undefined;
  /** From 0 (used far more than its share) to 1. Of users alone. */
  readonly factor: number | undefined;
  /** Share by usage: above 1 it has used less than its share. `Infinity` where nothing was used. */
  readonly levelFairShare: number | undefined;
}

const columns = ["Account", "User", "Partition", "RawShares", "NormShares", "RawUsage", "EffectvUsage", "FairShare", "LevelFS"] as const;

export const fairShareQuestion: Question<readonly FairShare[]> = printedQuestion(["sshare", "--noheader", "--parsable2", "--partition", `--format=${columns.join(",")}`], parseFairShare);

/** Of a cluster that is named, its name stands on a line before. */
export function parseFairShare(stdout: string): readonly FairShare[] {
  return parsePipedRows(stdout.replace(/^CLUSTER: .*\n/, ""), columns, "sshare").map((row) => ({
    account: row.Account.trimStart(),
    user: readWord(row.User),
    partition: readWord(row.Partition),
    depth: row.Account.length - row.Account.trimStart().length,
    shares: readNumber(row.RawShares),
    normalizedShares: readNumber(row.NormShares),
    rawUsage: readNumber(row.RawUsage),
    effectiveUsage: readNumber(row.EffectvUsage),
    factor: readNumber(row.FairShare),
    levelFairShare: row.LevelFS === "inf" ? Infinity : readNumber(row.LevelFS),
  }));
}
