/** Options that a submission gives itself, or that would break what it relies on. */
const own = ["array", "chdir", "clusters", "error", "export", "export-file", "get-user-env", "help", "output", "parsable", "quiet", "test-only", "usage", "version", "wait", "wrap"];

/**
 * What is wrong with a word of `extraArguments`, if anything. sbatch takes any beginning of an option's name for the option,
 * so beginnings are looked at too.
 */
export function extraArgumentProblem(word: string): string | undefined {
  const name = /^--([a-z][a-z-]*)(?:=[^]*)?$/.exec(word)?.[1];
  if (name === undefined || word.includes("\0")) return `${JSON.stringify(word)} is not one option: write "--name=value" or "--name"`;
  const meant = own.find((option) => option === name) ?? (name.length > 1 ? own.find((option) => option.startsWith(name)) : undefined);
  return meant === undefined ? undefined : `--${meant} belongs to the client${meant === "clusters" ? ", which knows one cluster" : "; use the field for it, if there is one"}`;
}
