import { z } from "zod";

/** Values of the program itself: an object, or a module that exports one. */
export interface ValuesLayer {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A file: `.yaml` or `.yml`, `.json`, `.env`, or `.sh` and `.bash` with assignments alone. */
export interface FileLayer {
  readonly name: string;
  readonly file: string | URL;
  /** The file may be missing, as a user's own settings may. */
  readonly optional?: boolean | undefined;
}

/** Variables of a process, usually `process.env`. They are taken literally: no references. */
export interface EnvironmentLayer {
  readonly name: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Take `PREFIX…` alone, without the prefix; then a name that the schema does not know is an error. Without a prefix,
   * the names of the schema are taken and all others left alone.
   */
  readonly prefix?: string | undefined;
}

/** Values of a site profile, under names of the caller's. They are taken literally: no references. */
export interface ProfileLayer {
  readonly name: string;
  /** A file with a {@link SiteProfile}: `.yaml`, `.yml` or `.json`. */
  readonly profile: string | URL;
  /** Which variable takes which value: `{ SCRATCH_ROOT: "scratch.path" }`. What the profile does not say, no variable takes. */
  readonly variables: Readonly<Record<string, string>>;
}

/** One source of values. A text is a file, named after its path: `site/keeling.yaml` is the layer `site/keeling`. */
export type Layer = string | ValuesLayer | FileLayer | EnvironmentLayer | ProfileLayer;

const name = z.string().min(1);
/** `process.env` is no plain object, which z.record asks for. */
const environment = z.custom<EnvironmentLayer["environment"]>(
  (value) => typeof value === "object" && value !== null && Object.values(value).every((each) => each === undefined || typeof each === "string"),
  "an environment has texts as its values",
);
const file = z.union([z.string().min(1), z.instanceof(URL)]);

export const layerSchema: z.ZodType<Layer> = z.union([
  z.string().min(1),
  z.strictObject({ name, values: z.record(z.string(), z.unknown()) }),
  z.strictObject({ name, file, optional: z.boolean().optional() }),
  z.strictObject({ name, environment, prefix: z.string().optional() }),
  z.strictObject({ name, profile: file, variables: z.record(z.string(), z.string()) }),
], { error: "a layer is a file name, { name, values }, { name, file }, { name, environment } or { name, profile, variables }" });
