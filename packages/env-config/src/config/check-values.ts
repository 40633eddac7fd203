import { redact, Secret } from "@hpckit/core";
import type { z } from "zod";
import type { MergedSettings } from "../layer/merge-layers.js";
import { isPlainObject } from "../layer/parsed-layer.js";
import { takesInSecret } from "../reference/unresolved.js";
import { readText } from "../schema/read-text.js";
import { ConfigError, issueAt, type ConfigIssue } from "./config-error.js";
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
  const secrets = secretsIn([...expanded.values()]);
  const parsed = await judged(schema, tree, secrets);
  if (parsed.success) return { kind: "valid", values: parsed.data };
  const issues = parsed.error.issues.map((issue) => describe(issue, tree, settings, layers));
  return { kind: "wrong", issues: issues.map((issue) => ({ ...issue, message: redact(issue.message, secrets) })) };
}

/** What a transform throws may quote a part of what it was given, which no search for a secret would find. */
async function judged<Schema extends z.ZodObject>(schema: Schema, tree: ValueTree, secrets: readonly Secret[]): Promise<z.ZodSafeParseResult<z.output<Schema>>> {
  try {
    return await schema.safeParseAsync(tree);
  } catch (error) {
    if (secrets.length === 0) throw error;
    const message = `the schema threw ${error instanceof Error ? `a ${error.name}` : "something"}, whose message is not shown, as it may hold a part of a secret; let a transform add an issue (context.addIssue), and not throw`;
    throw new ConfigError([{ path: "", message }]);
  }
}

function secretsIn(value: unknown): readonly Secret[] {
  if (value instanceof Secret) return [value];
  return Array.isArray(value) || isPlainObject(value) ? Object.values(value).flatMap(secretsIn) : [];
}

function describe(issue: z.core.$ZodIssue, tree: ValueTree, settings: MergedSettings, layers: readonly string[]): ConfigIssue {
  const path = issue.path.map(String);
  const message = wordsOf(issue);
  const value = valueAt(tree, path);
  if (value === undefined) {
    return { path: path.join("."), message: `missing in every layer (${layers.join(", ")}); ${message.replaceAll(", received undefined", "")}` };
  }
  const setting = nearest(settings, path);
  if (setting === undefined) return { path: path.join("."), message };
  if (value instanceof Secret && issue.code === "invalid_type") return issueAt(path.join("."), takesInSecret, setting.origin);
  const isUnquoted = issue.code === "invalid_type" && issue.expected === "string" && (typeof value === "number" || typeof value === "boolean");
  if (isUnquoted) return issueAt(path.join("."), `${message}; write it in quotes`, setting.origin);
  const isTextOfMore = issue.code === "invalid_type" && typeof value === "string" && made[issue.expected] !== undefined;
  return issueAt(path.join("."), isTextOfMore ? `${message}; no text is read as ${made[issue.expected]}: set it in a .yaml or .json file` : message, setting.origin);
}

/** What has parts. */
const made: Readonly<Record<string, string>> = { object: "an object", record: "an object", array: "a list", tuple: "a list" };

/** Of a choice, what each of its forms wants: zod itself says nothing of it. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union" || issue.message !== "Invalid input") return issue.message.replace(/^Invalid (?:input|option): /, "");
  const forms = issue.errors.map((faults) => faults.map((fault) => `${fault.path.length === 0 ? "" : `${fault.path.map(String).join(".")}: `}${wordsOf(fault)}`).join("; "));
  return forms.length === 0 ? "expected one of several forms, and this is none of them" : [...new Set(forms)].join(", or ");
}

/** The variable that a fault is in: the fault may lie within its list or object. */
const nearest = (settings: MergedSettings, path: readonly string[]) =>
  path.map((_, end) => settings.get(path.slice(0, path.length - end).join("."))).find((setting) => setting !== undefined);
