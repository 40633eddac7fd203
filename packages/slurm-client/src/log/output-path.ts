import { OptionsError } from "@hpckit/core";
import { isSince } from "../cluster/release.js";
import type { SlurmVersion } from "../cluster/slurm-version.js";

/** What the `%` patterns of an output file stand for. */
export interface PatternValues {
  readonly version: Pick<SlurmVersion, "major" | "minor">;
  readonly id: string;
  /** Of an array's task. */
  readonly task: number | undefined;
  /** Whether the job is an array, where no task is named and Slurm says it. */
  readonly isArray?: boolean | undefined;
  /** The id of an array's task alone, where it is known. */
  readonly ownId?: string | undefined;
  /** The first node of the job, as `%N` has it, where it is known. */
  readonly node?: string | undefined;
  readonly name: string;
  readonly user: string;
  /** Whether steps write it: srun then knows more patterns, and some mean more than one file. */
  readonly ofStep?: boolean | undefined;
}

/** What Slurm takes for the index where a job is no array (its NO_VAL). */
const noIndex = 4_294_967_294;

/**
 * The file that Slurm writes a batch script's output to, from its pattern. `%n` and `%t` are 0 there, `%s` is `batch`, `%J` the id;
 * what is no pattern stays as it is, but for a width, which versions before 25.11 cut.
 * @throws OptionsError for what is not known.
 * @see sbatch(1), FILENAME PATTERN, and src/slurmd/common/fname.c; tried on 22.05.8, 24.11.5, 26.05.5
 */
export function expandOutputPath(pattern: string, { version, id, task, isArray, ownId, node, name, user, ofStep = false }: PatternValues): string {
  const refuse = (found: string, why: string): never => {
    throw new OptionsError("log", [{ path: "output", message: `${found} in ${pattern} ${why}` }]);
  };
  // A backslash turns all patterns off, and goes itself. Of two, versions before 26.05 leave one.
  if (pattern.includes("\\")) return pattern.replaceAll(/\\(.?)/gs, "$1");
  return pattern.replaceAll(/%(\d*)([%A-Za-z])/g, (found: string, width: string, letter: string) => {
    const padded = (value: string): string => value.padStart(Math.min(10, Number(width || 0)), "0");
    const index = (): number => task ?? (isArray === false ? noIndex : refuse(found, "is known per task: say which with { task }"));
    // Not Slurm's: it stays, but before 25.11 of a width its last digit alone.
    const asItIs = width !== "" && !isSince("25.11", version) ? `${width.slice(-1)}${letter}` : found;
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
        return padded(String(index()));
      case "b":
        return isSince("24.11", version) ? padded(String(index() % 10)) : asItIs;
      case "r":
      case "S":
        return isSince("25.11", version) ? refuse(found, "is not known here: name the file itself with { file }") : asItIs;
      case "x":
        return name;
      case "u":
        return user;
      default:
        return asItIs;
    }
  });
}
