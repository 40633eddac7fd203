import type { Release, ReleaseRange } from "../../cluster/release.js";

/** How a field is said to sbatch, and by which releases it is understood. */
export interface SbatchOption<Value> extends ReleaseRange {
  /** The options that it may become. */
  readonly names: readonly string[];
  /** The words of the command; each holds the option and its value, so values need no quoting. */
  readonly write: (value: Value) => readonly string[];
  /** What of a value is younger than the option itself. */
  readonly younger: ((value: Value) => YoungerValue | undefined) | undefined;
}

/** Something that an option takes only since a later release, as the beginning of a sentence. */
export interface YoungerValue {
  readonly what: string;
  readonly since: Release;
}

interface OptionDetails<Value> extends ReleaseRange {
  /** The value as sbatch reads it; none for nothing to say. By default as it is. */
  readonly write?: (value: Value) => string | undefined;
  readonly younger?: (value: Value) => YoungerValue | undefined;
}

/** `--name=value`. */
export function option<Value>(name: string, { write = String, younger, since, until }: OptionDetails<Value> = {}): SbatchOption<Value> {
  const words = (value: Value): readonly string[] => {
    const written = write(value);
    return written === undefined ? [] : [`--${name}=${written}`];
  };
  return { names: [name], write: words, younger, since, until };
}

/** `--name`. */
export const flagOption = (name: string, range: ReleaseRange = {}): SbatchOption<true> => ({ names: [name], write: () => [`--${name}`], younger: undefined, ...range });
