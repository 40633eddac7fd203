import { OptionsError } from "@hpckit/core";

/** What the `%` patterns of an output file stand for. */
export interface PatternValues {
  readonly id: string;
  /** Of an array's task. */
  readonly task: number | undefined;
  /** The id of an array's task alone, where it is known. */
  readonly ownId?: string | undefined;
  /** The first node of the job, where it is known. */
  readonly node?: string | undefined;
  readonly name: string;
  readonly user: string;
  /** Whether steps write it: srun then knows more patterns, and some mean more than one file. */
  readonly ofStep?: boolean | undefined;
}

/**
 * The file that Slurm writes a batch script's output to, from its pattern. `%n` and `%t` are 0 there, `%s` is `batch`, `%J` the id;
 * what is no pattern stays as it is (but for a width, which versions before 26.05 cut).
 * @throws OptionsError for what is not known.
 * @see sbatch(1), FILENAME PATTERN; tried on 22.05.8, 24.11.5, 26.05.5
 */
export function expandOutputPath(pattern: string, { id, task, ownId, node, name, user, ofStep = false }: PatternValues): string {
  const refuse = (found: string, why: string): never => {
    throw new OptionsError("log", [{ path: "output", message: `${found} in ${pattern} ${why}` }]);
  };
  // A backslash turns all patterns off, and goes itself. Of two, versions before 26.05 leave one.
  if (pattern.includes("\\")) return pattern.replaceAll(/\\(.?)/gs, "$1");
  return pattern.replaceAll(/%(\d*)([%A-Za-z])/g, (found: string, width: string, letter: string) => {
    const padded = (value: string): string => value.padStart(Math.min(10, Number(width || 0)), "0");
    const ofTask = (value: (index: number) => number): string => (task === undefined ? refuse(found, "is known per task: say which with { task }") : padded(String(value(task))));
    if (ofStep && "JsntN".includes(letter)) refuse(found, "is of one step, node or task: name the file without it");
    switch (letter) {
      case "%":
        return "%";
      case "j":
      case "J":
        return padded(task === undefined ? (ownId ?? id) : (ownId ?? refuse(found, "is another number in each task of an array, which is not known any more: use %A_%a")));
      case "n":
      case "t":
        return padded("0");
      case "s":
        return "batch";
      case "N":
        return node ?? refuse(found, "is known only once the job has begun");
      case "A":
        return padded(id);
      case "a":
        return ofTask((index) => index);
      case "b":
        return ofTask((index) => index % 10);
      case "x":
        return name;
      case "u":
        return user;
      default:
        // Not Slurm's: it stays as it is.
        return found;
    }
  });
}
