import { optionTable } from "./option/option-table.js";
import { unofferedOptions } from "./option/unoffered-options.js";

/** Options that a submission gives itself, or that would break what it relies on. */
const own: readonly string[] = [
  ...[optionTable.array, optionTable.workFolder, optionTable.output, optionTable.error].flatMap(({ names }) => names),
  ...Object.entries(unofferedOptions).flatMap(([name, { owned }]) => (owned === true ? [name] : [])),
];

/** The name of the option that a word gives, as it is written; undefined if the word is not one option. */
export const extraArgumentName = (word: string): string | undefined => (word.includes("\0") ? undefined : /^--([A-Za-z0-9][\w-]*)(?:=[^]*)?$/.exec(word)?.[1]);

/**
 * What is wrong with a word of `extraArguments` on any cluster, if anything. sbatch takes any beginning of an option's name for
 * the option, so beginnings are looked at too.
 */
export function extraArgumentProblem(word: string): string | undefined {
  const name = extraArgumentName(word);
  if (name === undefined) return `${JSON.stringify(word)} is not one option: write "--name=value" or "--name"`;
  const meant = own.find((option) => option === name) ?? (name.length > 1 ? own.find((option) => option.startsWith(name)) : undefined);
  return meant === undefined ? undefined : `--${meant} belongs to the client${meant.startsWith("cluster") ? ", which knows one cluster" : "; use the field for it, if there is one"}`;
}
