import { z } from "zod";

/** Another interpreter than the one that is there, for which wheels are gathered: nothing is built for it, so everything must have a wheel. */
export interface WheelhouseTarget {
  /** Version of Python, e.g. `3.12`. */
  readonly python: string;
  /** Platforms in pip's words, the best first, e.g. `manylinux_2_28_aarch64`, `manylinux2014_aarch64`. */
  readonly platforms: readonly [string, ...string[]];
  /** Default: `cp`, CPython. */
  readonly implementation?: string | undefined;
  /** E.g. `cp312`, `abi3`; by default what belongs to the version. */
  readonly abis?: readonly string[] | undefined;
}

const word = z.string().regex(/^\w+$/, { error: "a tag of wheels: letters, digits and _" });

/** @see PyPA, Platform compatibility tags */
export const targetSchema: z.ZodType<WheelhouseTarget, WheelhouseTarget> = z.strictObject({
  python: z.string().regex(/^3\.\d+(?:\.\d+)?$/, { error: "a version of Python such as 3.12" }),
  platforms: z.tuple([word], word),
  implementation: word.optional(),
  abis: z.array(word).optional(),
});

/** What `pip download` takes of it. */
export const targetArguments = ({ python, platforms, implementation = "cp", abis = [] }: WheelhouseTarget): readonly string[] => [
  "--only-binary=:all:",
  "--python-version",
  python,
  "--implementation",
  implementation,
  ...platforms.flatMap((each) => ["--platform", each]),
  ...abis.flatMap((each) => ["--abi", each]),
];
