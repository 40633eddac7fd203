import { printedQuestion, type Question } from "../backend/question.js";
import { parsePipedRows, type Row } from "../cluster/piped-rows.js";

/**
 * A question to slurmdbd through sacctmgr, which would wait without end for one that hangs. No column may hold free text.
 * @param what - the words behind `show`.
 */
export const sacctmgrQuestion = <Column extends string, Answer>(what: readonly string[], columns: readonly Column[], read: (row: Row<Column>) => Answer): Question<readonly Answer[]> =>
  printedQuestion(["timeout", "30", "sacctmgr", "--noheader", "--parsable2", "show", ...what, `format=${columns.join(",")}`], (stdout) => parsePipedRows(stdout, columns, "sacctmgr").map(read));
