import { AbortedError, cancellableShape, parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { fetchSecrets } from "../secret/fetch-secrets.js";
import { layerSchema, type Layer } from "../layer/layer.js";
import { mergeLayers } from "../layer/merge-layers.js";
import { readLayer, type ReadLayer } from "../layer/read-layers.js";
import { expandReferences } from "../reference/expand-references.js";
import { checkValues } from "./check-values.js";
import { ConfigError, type ConfigIssue } from "./config-error.js";
import { createConfig, type Config } from "./config.js";

export interface LoadConfigOptions<Schema extends z.ZodObject> extends Cancellable {
  /** What the variables are. Names that it does not know are errors, unless it is a `z.looseObject`. */
  readonly schema: Schema;
  /** Default → site → deployment → user → process: a later layer overrides an earlier one. */
  readonly layers: readonly Layer[];
  /** Where relative file names of layers start; by default the current folder. */
  readonly folder?: string | URL | undefined;
}

const options: z.ZodType<Omit<LoadConfigOptions<z.ZodObject>, "schema"> & { readonly schema: z.ZodObject }> = z.strictObject({
  schema: z.instanceof(z.ZodObject, { error: "expected a z.object of zod 4" }),
  layers: z.array(layerSchema),
  folder: z.union([z.string(), z.instanceof(URL)]).optional(),
  ...cancellableShape,
});

/**
 * Reads the layers of a configuration, lays them over each other and checks the result.
 *
 * Objects are merged and lists replaced; to a list of folders (`pathList()`) a layer may add. `${NAME}` in a value takes in another variable, `$${` is a literal `${`. Text
 * is read as the number or truth value that the schema asks for.
 * @param input - its `signal` ends the commands that give secrets.
 * @throws {@link ConfigError} that lists every missing, wrong and unknown variable with its layer, file and line; where a file cannot be read, what
 * is wrong as the layers are read, since what is missing or wrong in the end is not known then. AbortedError.
 */
export async function loadConfig<Schema extends z.ZodObject>(input: LoadConfigOptions<Schema>): Promise<Config<z.output<Schema>>> {
  const { layers, folder, signal } = parseOptions(options, input, "loadConfig");
  const { schema } = input;
  const read = await Promise.all(layers.map((layer) => readLayer(layer, schema, folder)));
  const seen = read.flatMap(readingIssues);
  if (seen.some(isUnread)) throw new ConfigError(seen); // What is missing now would be said wrongly.

  const fetched = await fetchSecrets(mergeLayers(read.map(({ settings }) => settings)), signal);
  if (signal?.aborted === true) throw new AbortedError("loadConfig was aborted", { cause: signal.reason });
  const expanded = expandReferences(fetched.settings, schema);
  const checked = await checkValues(schema, fetched.settings, expanded.values, read.map(({ name }) => name));
  const found = [...seen, ...fetched.issues, ...expanded.issues];
  const named = new Set([...found.map(({ path }) => path), ...expanded.failed]);
  const issues = [...found, ...(checked.kind === "wrong" ? checked.issues.filter(({ path }) => !named.has(path)) : [])];
  if (checked.kind === "wrong" || issues.length > 0) throw new ConfigError(issues);
  return createConfig(checked.values, { settings: fetched.settings, folders: expanded.folders, expanded: expanded.values, schema });
}

/** It concerns a layer as a whole, or a part of it that could not be read. */
const isUnread = ({ path }: ConfigIssue): boolean => path === "";

/** Of a layer that could not be read whole, what else was seen of it may be a consequence. */
const readingIssues = ({ issues }: ReadLayer): readonly ConfigIssue[] => (issues.some(isUnread) ? issues.filter(isUnread) : issues);
