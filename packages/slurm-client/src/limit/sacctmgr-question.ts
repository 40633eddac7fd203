import { printedQuestion, type Question } from "../backend/question.js";
import { parsePipedRows, type Row } from "../cluster/piped-rows.js";
import { SlurmCommandError } from "../error/slurm-error.js";

/** sacctmgr itself would wait without end for a slurmdbd that hangs. */
const patienceSeconds = "30";

/**
 * A question to slurmdbd through sacctmgr. No column may hold free text.
 * @param what - the words behind `show`.
 */
export function sacctmgrQuestion<Column extends string, Answer>(what: readonly string[], columns: readonly Column[], read: (row: Row<Column>) => Answer): Question<readonly Answer[]> {
  const argv = ["timeout", patienceSeconds, "sacctmgr", "--noheader", "--parsable2", "show", ...what, `format=${columns.join(",")}`];
  const question = printedQuestion(argv, (stdout) => parsePipedRows(stdout, columns, "sacctmgr").map(read));
  return {
    argv,
    read: (result) => {
      if (result.exitCode === 124) throw new SlurmCommandError(`slurmdbd did not answer sacctmgr within ${patienceSeconds} seconds`, { detail: { program: "sacctmgr", exitCode: 124 } });
      return question.read(result);
    },
  };
}
