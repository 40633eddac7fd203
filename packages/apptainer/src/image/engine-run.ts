import { sh, type ShellExpression, type Word } from "@hpckit/core";

/** How a script ends whose engine did not make the image whole. */
export const engineExit = { failed: 1, incomplete: 81 } as const;

/**
 * Runs the engine, shows what it says as it comes, and ends the script unless it made all that it was asked for.
 *
 * Its exit status alone is not believed: Apptainer 1.4.5 leaves out what it cannot read, says `level=error`, and exits with 0.
 * @param folder - of the caller's own, for a note and a log; a shell word.
 */
export const runEngine = (argv: readonly Word[], folder: ShellExpression): ShellExpression => sh`
  { hpckit_ended=0; ${argv} </dev/null 2>&1 || hpckit_ended=$?; echo "$hpckit_ended" > ${folder}/ended; } | tee ${folder}/log
  hpckit_ended=$(cat -- ${folder}/ended)
  if [ "$hpckit_ended" -gt 128 ] && [ "$hpckit_ended" -lt 160 ]; then
    echo "ERROR: signal $((hpckit_ended - 128)) ended the engine, as limits of login nodes do"
  fi
  [ "$hpckit_ended" -eq 0 ] || exit ${engineExit.failed}
  if grep -q 'level=error' ${folder}/log; then exit ${engineExit.incomplete}; fi
`;

/** The lines in which the engine says what is wrong, or else its last words. */
export function reasonOf(told: readonly string[]): string {
  const errors = told.filter((line) => /^(?:FATAL|ERROR):|level=error/.test(line));
  const reason = (errors.length > 0 ? errors : told.filter((line) => line.trim() !== "").slice(-3)).join("; ");
  return reason === "" ? "the engine said nothing" : reason.slice(0, 2000);
}
