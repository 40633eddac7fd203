import type { Verb } from "./verb.js";

/**
 * What a flag takes, as the engine's help calls it; undefined for a switch. `strings` may be repeated and splits each
 * value as a CSV record; `stringArray` may be repeated and splits nothing; `stringToString` is a map with commas.
 */
export type FlagValue = "string" | "strings" | "stringArray" | "stringToString" | "int" | "uint32" | undefined;

/** The first minor version with a flag, and the last if a newer one was recorded without it: `1.3`, `1.1-1.4`. */
export type FlagSpan = string;

/** Verbs that have a flag in the same versions. An engine that is not named does not have it there. */
export interface FlagPlace {
  readonly verbs: readonly Verb[];
  readonly apptainer?: FlagSpan;
  readonly "singularity-ce"?: FlagSpan;
}

/** One flag of the engine's command line, with all places that have it. */
export interface FlagRow {
  readonly name: string;
  readonly short?: string;
  readonly takes?: FlagValue;
  readonly places: readonly FlagPlace[];
}
