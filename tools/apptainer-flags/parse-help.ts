import type { FlagValue } from "../../packages/apptainer/src/engine/flags/flag-row.js";
import { verbs, type Verb } from "../../packages/apptainer/src/engine/flags/verb.js";
import type { EngineRecording, HelpRecording } from "../../packages/apptainer/src/engine/flags/fixtures/recorded-help.js";

/** A flag as one engine's help shows it for one verb. */
export interface ShownFlag {
  readonly verb: Verb;
  readonly name: string;
  readonly short: string | undefined;
  readonly takes: FlagValue;
}

const valueTypes: ReadonlySet<string> = new Set(["string", "strings", "stringArray", "stringToString", "int", "uint32"]);

/** The words that ask an engine for help about a verb. */
export const helpArguments = (verb: Verb): readonly string[] => (verb === "global" ? ["help"] : ["help", ...verb.split(" ")]);

/** Whether the help is about what was asked: of a verb that it does not know, an engine shows the help of the verb above. */
const isAbout = ({ stdout }: HelpRecording, verb: Verb): boolean => new RegExp(String.raw`^Usage:\n +\S+${verb === "global" ? String.raw` \[global` : ` ${verb}(?:\\s|$)`}`, "m").test(stdout);

/**
 * Reads the flags of an engine out of its help. A verb that the engine does not have has no flags.
 * @throws Error for a verb that was not recorded, and for a kind of value that is not known.
 */
export function parseHelp({ version, help }: EngineRecording): readonly ShownFlag[] {
  return verbs.flatMap((verb) => {
    const asked = helpArguments(verb).join(" ");
    const recording = help.find(({ argv }) => argv.join(" ") === asked);
    if (recording === undefined) throw new Error(`${version}: nothing was recorded of ${asked}`);
    return isAbout(recording, verb) ? parseOptions(recording.stdout, verb) : [];
  });
}

const optionLine = /^ {2}(?:-(\w),| {3}) --([a-z][\w-]*)(?: (\S+))?(?: {2,}|$)/gm;

function parseOptions(text: string, verb: Verb): readonly ShownFlag[] {
  return [...text.matchAll(optionLine)].flatMap(([, short, name = "", takes]) => {
    if (name === "help") return [];
    if (takes !== undefined && !valueTypes.has(takes)) throw new Error(`${verb} --${name}: what is a ${takes}?`);
    return [{ verb, name, short, takes: takes as FlagValue }];
  });
}
