import { EngineError } from "../../error/apptainer-errors.js";
import type { EngineFlavour, EngineVersion } from "../engine-version.js";
import type { FlagSpan, FlagValue } from "./flag-row.js";
import type { WrittenFlag } from "./flag-rule.js";
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

interface FlagForm {
  readonly span: FlagSpan;
  readonly takes: FlagValue;
}

/** Each form that a flag of a verb has had in an engine: one that took a value once may take a list since. */
function formsOf(flavour: EngineFlavour, verb: Verb, flag: string): readonly FlagForm[] {
  if (!isRecorded(flavour)) return [];
  return flagTable
    .filter(({ name }) => name === flag)
    .flatMap(({ takes, places }) => places.flatMap((place) => (place.verbs.includes(verb) && place[flavour] !== undefined ? [{ span: place[flavour], takes }] : [])));
}

/** Whether any recorded engine has a flag for a verb. */
export const isKnownFlag = (verb: Verb, flag: string): boolean => flagTable.some(({ name, places }) => name === flag && places.some(({ verbs }) => verbs.includes(verb)));

const covers = (span: FlagSpan, version: Minor): boolean => {
  const [since = "", until] = span.split("-");
  return !isBefore(version, minorOf(since)) && (until === undefined || !isBefore(minorOf(until), version));
};

/** Whether a flag can be given once only in an engine, and then splits nothing: `--env-file` before 1.4. */
export const takesOneText = ({ flavour, major, minor }: EngineVersion, verb: Verb, flag: string): boolean =>
  formsOf(flavour, verb, flag).find(({ span }) => covers(span, [major, minor]))?.takes === "string";

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
  const spans = formsOf(flavour, verb, flag).map(({ span }) => span);
  if (spans.length === 0) return `${wanted}: no version of ${name} has it; this one is ${text}`;
  if (spans.some((span) => covers(span, version))) return undefined;
  const [since = "", until] = (spans.find((span) => isBefore(version, minorOf(span.split("-")[0] ?? ""))) ?? spans.at(-1) ?? "").split("-");
  return isBefore(version, minorOf(since)) ? `${wanted}: ${text} does not have it; ${name} has it since ${since}` : `${wanted}: ${text} does not have it any more; ${until ?? since} was the last ${name} with it`;
}

/**
 * Refuses flags that an engine does not have, all at once, before anything starts.
 * @throws EngineError `flag-unsupported`, with the flag, the version and since when there is one.
 */
export function requireFlags(engine: EngineVersion, verb: Verb, flags: readonly WrittenFlag[]): void {
  const given = flags.filter(({ record }) => record === true).map(({ flag }) => flag);
  const refused = [...new Set(flags.map(({ flag }) => flag))].flatMap((flag) => {
    const several = given.filter((each) => each === flag).length > 1 && takesOneText(engine, verb, flag);
    const reason = flagRefusal(engine, verb, flag) ?? (several ? `--${flag} of ${verb}: ${engine.text} takes it once` : undefined);
    return reason === undefined ? [] : [{ flag, reason }];
  });
  if (refused.length === 0) return;
  throw new EngineError("flag-unsupported", `${refused.map(({ reason }) => reason).join("; ")}: leave the option out, or use a newer engine`, {
    detail: { verb, version: engine.text, flags: refused.map(({ flag }) => flag) },
  });
}
