import { sh } from "./sh.js";
import { variableName } from "./variable-name.js";
import type { ShellExpression } from "./word.js";

/**
 * The names of variables that are set and begin so, to loop over: `for name in ${namesBeginning("SLURM_")}; do`. `sed` lets nothing
 * but letters, digits and underscores through, so they can be expanded with care. It reads bytes: in UTF-8 its `.` stops at one that is no character
 * (a job's name in Latin-1), and what stands behind would be left in the name.
 *
 * A value with a line break can forge a name in this list: pass over what is not set.
 */
export const namesBeginning = (...beginnings: readonly string[]): ShellExpression =>
  sh`$(env | LC_ALL=C sed -n ${beginnings.flatMap((beginning) => ["-e", String.raw`s/^\(${variableName(beginning)}[A-Za-z0-9_]*\)=.*/\1/p`])})`;
