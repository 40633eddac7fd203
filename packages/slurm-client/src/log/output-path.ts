import { OptionsError } from "@hpckit/core";

/** What the `%` patterns of an output file stand for. */
export interface PatternValues {
  readonly id: string;
  /** Of an array's task. */
  readonly task: number | undefined;
  readonly name: string;
  readonly user: string;
}

/**
 * The file that Slurm writes to, from its pattern.
 * @throws OptionsError for a pattern that is known only on the node (`%N`, `%n`, `%t`, `%s`, `%J`).
 * @see sbatch(1), FILENAME PATTERN
 */
export function expandOutputPath(pattern: string, { id, task, name, user }: PatternValues): string {
  const refuse = (found: string, why: string): never => {
    throw new OptionsError("log", [{ path: "output", message: `${found} in ${pattern} ${why}` }]);
  };
  return pattern.replaceAll(/%(\d*)([%A-Za-z])/g, (found: string, width: string, letter: string) => {
    const padded = (value: string): string => value.padStart(Math.min(10, Number(width || 0)), "0");
    const ofTask = (value: (index: number) => number): string => (task === undefined ? refuse(found, "is known per task: say which with { task }") : padded(String(value(task))));
    switch (letter) {
      case "%":
        return "%";
      case "j":
        return task === undefined ? padded(id) : refuse(found, "is another number in each task of an array: use %A_%a");
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
        return refuse(found, "is known only on the node: such a log cannot be followed");
    }
  });
}
