import { parseEngineVersion, type EngineFlavour } from "../../packages/apptainer/src/engine/engine-version.js";
import type { FlagPlace, FlagRow, FlagSpan } from "../../packages/apptainer/src/engine/flags/flag-row.js";
import type { EngineRecording } from "../../packages/apptainer/src/engine/flags/fixtures/recorded-help.js";
import { verbs, type Verb } from "../../packages/apptainer/src/engine/flags/verb.js";
import { parseHelp, type ShownFlag } from "./parse-help.js";

type Recorded = Extract<EngineFlavour, "apptainer" | "singularity-ce">;
const flavours: readonly Recorded[] = ["apptainer", "singularity-ce"];

interface Engine {
  readonly flavour: EngineFlavour;
  readonly minor: string;
  readonly flags: readonly ShownFlag[];
}

/**
 * Makes one table of what all recorded engines show.
 * @throws Error if a flag takes different values in different places, or came back after it was gone.
 */
export function buildTable(recordings: readonly EngineRecording[]): readonly FlagRow[] {
  const engines = recordings.map(readEngine);
  const names = [...new Set(engines.flatMap(({ flags }) => flags.map(({ name }) => name)))].sort();
  return names.flatMap((name) => rowsOf(name, engines));
}

function readEngine(recording: EngineRecording): Engine {
  const { flavour, major, minor } = parseEngineVersion(recording.version);
  return { flavour, minor: `${major}.${minor}`, flags: parseHelp(recording) };
}

/** One row for each meaning of a name: `-a, --all` of one verb is not `--all` of another. */
function rowsOf(name: string, engines: readonly Engine[]): readonly FlagRow[] {
  const shown = engines.flatMap(({ flags }) => flags.filter((flag) => flag.name === name));
  const kinds = [...new Set(shown.map(({ short, takes }) => `${short ?? ""} ${takes ?? ""}`))];
  return kinds.map((kind) => {
    const [short = "", takes = ""] = kind.split(" ");
    const isSame = (flag: ShownFlag): boolean => flag.name === name && (flag.short ?? "") === short && (flag.takes ?? "") === takes;
    const places = verbs.flatMap((verb) => placeOf(verb, engines, (flag) => flag.verb === verb && isSame(flag)));
    return { name, ...(short === "" ? {} : { short }), ...(takes === "" ? {} : { takes: takes as NonNullable<FlagRow["takes"]> }), places: joined(places) };
  });
}

function placeOf(verb: Verb, engines: readonly Engine[], isIt: (flag: ShownFlag) => boolean): readonly FlagPlace[] {
  const spans = flavours.flatMap((flavour): readonly (readonly [Recorded, FlagSpan])[] => {
    const versions = engines.filter((engine) => engine.flavour === flavour);
    const having = versions.map(({ flags }) => flags.some(isIt));
    const [first, last] = [having.indexOf(true), having.lastIndexOf(true)];
    if (first === -1) return [];
    if (having.slice(first, last).includes(false)) throw new Error(`${verb}: a flag went and came back in ${flavour}`);
    const [since = "", until = ""] = [versions[first]?.minor, versions[last]?.minor];
    return [[flavour, last === versions.length - 1 ? since : `${since}-${until}`]];
  });
  return spans.length === 0 ? [] : [{ verbs: [verb], ...Object.fromEntries(spans) }];
}

function joined(places: readonly FlagPlace[]): readonly FlagPlace[] {
  const groups = new Map<string, FlagPlace>();
  for (const { verbs: added, ...spans } of places) {
    const key = JSON.stringify(spans);
    groups.set(key, { verbs: [...(groups.get(key)?.verbs ?? []), ...added], ...spans });
  }
  return [...groups.values()];
}

/** The table as the module that the package publishes. */
export const renderTable = (rows: readonly FlagRow[], recordings: readonly EngineRecording[]): string => `import type { FlagRow } from "../flag-row.js";

/**
 * Every flag of the recorded engines, by the tool \`apptainer-flags\`: ${recordings.map(({ version }) => version.replace(" version", "")).join(", ")}.
 */
export const flagTable: readonly FlagRow[] = [
${rows.map((row) => `  ${JSON.stringify(row)},`).join("\n")}
];
`;
