import type { components as Later } from "../generated/later.js";
import type { components as V38 } from "../generated/v0-0-38.js";

export type Description38 = V38["schemas"]["JobDescription"];
/** Fields that 24.11 and 26.05 both have, in the words of both. */
export type DescriptionLater = Later["schemas"]["JobDescription"];

/** What slurmrestd is told of a job, in one version's words. */
export type JobDescription = Description38 | DescriptionLater;

/** Variables of the job's environment that sbatch sets for an option: srun and scripts read them. */
export type JobVariables = Readonly<Record<string, string>>;

/** How a field's value is said to slurmrestd. */
export interface Words<Description = JobDescription> {
  readonly description: Description;
  readonly variables?: JobVariables | undefined;
}

/** Before v0.0.39, and from there on; undefined where that version has no words for it. */
export interface VersionedWords {
  readonly old: Words<Description38> | undefined;
  readonly later: Words<DescriptionLater> | undefined;
}

interface Said {
  readonly old?: Description38 | undefined;
  readonly later?: DescriptionLater | undefined;
}

export const say = ({ old, later }: Said, variables?: JobVariables): VersionedWords => ({
  old: old && { description: old, variables },
  later: later && { description: later, variables },
});

/** In all versions alike. */
export const both = (description: Description38 & DescriptionLater, variables?: JobVariables): VersionedWords => say({ old: description, later: description }, variables);

/** A field that goes as it is, under one name in all versions. */
export const same = <Key extends keyof Description38 & keyof DescriptionLater>(key: Key) => (value: Description38[Key] & DescriptionLater[Key]): VersionedWords => both({ [key]: value });

/** What slurmrestd takes, and its specification does not say. */
export const undocumented = (description: Readonly<Record<string, unknown>>): Description38 => description;

/** A number as later versions take it. */
export const wrapped = (number: number): { readonly set: true; readonly infinite?: boolean; readonly number?: number } => (number === Infinity ? { set: true, infinite: true } : { set: true, number });
