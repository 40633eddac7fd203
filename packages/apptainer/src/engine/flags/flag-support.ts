import { EngineError } from "../../error/apptainer-errors.js";
import type { EngineFlavour, EngineVersion } from "../engine-version.js";
import type { FlagSpan } from "./flag-row.js";
import { flagTable } from "./generated/flag-table.js";
import type { Verb } from "./verb.js";

type RecordedFlavour = Extract<EngineFlavour, "apptainer" | "singularity-ce">;
type Minor = readonly [major: number, minor: number];

interface Recorded {
  readonly name: string;
  /** The oldest version whose help was recorded. */
  readonly first: Minor;
}

const recorded: Readonly<Record<RecordedFlavour, Recorded>> = {
  apptainer: { name: "Apptainer", first: [1, 1] },
  "singularity-ce": { name: "SingularityCE", first: [4, 0] },
};

const isRecorded = (flavour: EngineFlavour): flavour is RecordedFlavour => flavour in recorded;
const minorOf = (text: string): Minor => {
  const [major = 0, minor = 0] = text.split(".").map(Number);
  return [major, minor];
};
const isBefore = (one: Minor, other: Minor): boolean => one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);

/** In which versions of an engine a verb has a flag. */
export function flagSpan(flavour: EngineFlavour, verb: Verb, flag: string): FlagSpan | undefined {
  if (!isRecorded(flavour)) return undefined;
  const places = flagTable.flatMap((row) => (row.name === flag ? row.places : []));
  return places.find(({ verbs }) => verbs.includes(verb))?.[flavour];
}

/**
 * Why an engine cannot take a flag; undefined if it can. A version newer than every recorded one counts as the newest.
 * Known by minor versions: what a patch release added counts as its whole minor version's.
 */
export function flagRefusal(engine: EngineVersion, verb: Verb, flag: string): string | undefined {
  const { flavour, major, minor, text } = engine;
  const wanted = `--${flag} of ${verb === "global" ? "the engine" : verb}`;
  if (!isRecorded(flavour)) return `${wanted}: nothing is known of the flags of ${text}`;
  const { name, first } = recorded[flavour];
  const version: Minor = [major, minor];
  if (isBefore(version, first)) return `${wanted}: nothing is known of the flags of ${text}, which is older than ${name} ${first.join(".")}`;
  const span = flagSpan(flavour, verb, flag);
  if (span === undefined) return `${wanted}: no version of ${name} has it; this one is ${text}`;
  const [since = "", until] = span.split("-");
  if (isBefore(version, minorOf(since))) return `${wanted}: ${text} does not have it; ${name} has it since ${since}`;
  if (until !== undefined && isBefore(minorOf(until), version)) return `${wanted}: ${text} does not have it any more; ${until} was the last ${name} with it`;
  return undefined;
}

/**
 * Refuses flags that an engine does not have, all at once, before anything starts.
 * @throws EngineError `flag-unsupported`, with the flag, the version and since when there is one.
 */
export function requireFlags(engine: EngineVersion, verb: Verb, flags: readonly string[]): void {
  const refused = [...new Set(flags)].flatMap((flag) => {
    const reason = flagRefusal(engine, verb, flag);
    return reason === undefined ? [] : [{ flag, reason }];
  });
  if (refused.length === 0) return;
  throw new EngineError("flag-unsupported", `${refused.map(({ reason }) => reason).join("; ")}: leave the option out, or use a newer engine`, {
    detail: { verb, version: engine.text, flags: refused.map(({ flag }) => flag) },
  });
}
