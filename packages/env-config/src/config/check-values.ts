import type { z } from "zod";
import type { MergedSettings } from "../layer/merge-layers.js";
import { readText } from "../schema/read-text.js";
import { issueAt, type ConfigIssue } from "./config-error.js";
import { emptyTree, place, valueAt, type ValueTree } from "./value-tree.js";

export type CheckedValues<Values> =
  | { readonly kind: "valid"; readonly values: Values }
  | { readonly kind: "wrong"; readonly issues: readonly ConfigIssue[] };

/** Lets the schema judge the merged values, and says of each fault which layer it is from. */
export async function checkValues<Schema extends z.ZodObject>(
  schema: Schema,
  settings: MergedSettings,
  expanded: ReadonlyMap<string, unknown>,
  layers: readonly string[],
): Promise<CheckedValues<z.output<Schema>>> {
  const tree = emptyTree(schema);
  for (const [name, value] of expanded) {
    const setting = settings.get(name);
    if (setting !== undefined) place(tree, setting.path, readText(setting.schema, value));
  }
  const parsed = await schema.safeParseAsync(tree);
  if (parsed.success) return { kind: "valid", values: parsed.data };
  return { kind: "wrong", issues: parsed.error.issues.map((issue) => describe(issue, tree, settings, layers)) };
}

function describe(issue: z.core.$ZodIssue, tree: ValueTree, settings: MergedSettings, layers: readonly string[]): ConfigIssue {
  const path = issue.path.map(String);
  const message = issue.message.replace(/^Invalid (?:input|option): /, "");
  const value = valueAt(tree, path);
  if (value === undefined) {
    return { path: path.join("."), message: `missing in every layer (${layers.join(", ")}); ${message.replace(/, received undefined$/, "")}` };
  }
  const setting = nearest(settings, path);
  if (setting === undefined) return { path: path.join("."), message };
  const isUnquoted = issue.code === "invalid_type" && issue.expected === "string" && (typeof value === "number" || typeof value === "boolean");
  return issueAt(path.join("."), isUnquoted ? `${message}; write it in quotes` : message, setting.origin);
}

/** The variable that a fault is in: the fault may lie within its list or object. */
const nearest = (settings: MergedSettings, path: readonly string[]) =>
  path.map((_, end) => settings.get(path.slice(0, path.length - end).join("."))).find((setting) => setting !== undefined);
