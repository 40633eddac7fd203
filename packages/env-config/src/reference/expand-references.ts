import { closeMatch, secret, Secret } from "@hpckit/core";
import { issueAt, type ConfigIssue } from "../config/config-error.js";
import type { MergedSetting, MergedSettings } from "../layer/merge-layers.js";
import { isPlainObject } from "../layer/parsed-layer.js";
import { isSecretSchema, schemaOf, variableNames, type Schema } from "../schema/fields.js";

/** `$${` is a literal `${`. */
const reference = /\$(\$\{)|\$\{([^{}]*)\}/g;

export interface ExpandedValues {
  readonly values: ReadonlyMap<string, unknown>;
  readonly issues: readonly ConfigIssue[];
}

/** Why a value could not be made: said once, where the fault is. */
class Unresolved extends Error {
  readonly issue: ConfigIssue | undefined;
  constructor(issue?: ConfigIssue) {
    super();
    this.issue = issue;
  }
}

/**
 * Replaces `${NAME}` by the value of that variable, whatever layer it is from; `$${` stands for `${` itself.
 * Text that takes in a secret becomes one, and is refused where the schema asks for none. Pure.
 */
export function expandReferences(settings: MergedSettings, schema: Schema): ExpandedValues {
  const values = new Map<string, unknown>();
  const failed = new Set<string>();
  const issues: ConfigIssue[] = [];

  const valueOf = (name: string, setting: MergedSetting, through: readonly string[]): unknown => {
    if (values.has(name)) return values.get(name);
    if (failed.has(name)) throw new Unresolved();
    if (through.includes(name)) {
      const cycle = [...through.slice(through.indexOf(name)), name];
      throw new Unresolved(issueAt(name, `refers to itself: ${cycle.join(" → ")}`, setting.origin));
    }
    const value = setting.literal ? setting.value : expandValue(setting.value, (to) => referred(to, name, setting, [...through, name]));
    if (value instanceof Secret && !isSecretSchema(setting.schema)) {
      throw new Unresolved(issueAt(name, "takes in a secret, which it would show; make it a secretValue()", setting.origin));
    }
    values.set(name, value);
    return value;
  };

  const referred = (to: string, name: string, setting: MergedSetting, through: readonly string[]): unknown => {
    const target = settings.get(to);
    if (target !== undefined) return valueOf(to, target, through);
    const field = schemaOf(schema, to.split("."));
    if (field === undefined) {
      const match = closeMatch(to, variableNames(schema));
      throw new Unresolved(issueAt(name, `refers to an unknown variable \${${to}}${match === undefined ? "" : `; did you mean \${${match}}?`}`, setting.origin));
    }
    const fallback = defaultOf(field);
    if (fallback === undefined) throw new Unresolved(issueAt(name, `refers to \${${to}}, which has no value`, setting.origin));
    return fallback;
  };

  for (const [name, setting] of settings) {
    try {
      valueOf(name, setting, []);
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      failed.add(name);
      if (error.issue !== undefined) {
        issues.push(error.issue);
        failed.add(error.issue.path);
      }
    }
  }
  return { values, issues };
}

type Lookup = (name: string) => unknown;

function expandValue(value: unknown, lookup: Lookup): unknown {
  if (typeof value === "string") return expandText(value, lookup);
  if (value instanceof Secret) {
    const expanded = expandText(value.reveal(), lookup);
    return expanded instanceof Secret ? expanded : secret(String(expanded));
  }
  if (Array.isArray(value)) return value.map((each) => expandValue(each, lookup));
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, expandValue(each, lookup)]));
  return value;
}

/** A text that is one reference and nothing else takes the value as it is, a list for instance. */
function expandText(text: string, lookup: Lookup): unknown {
  const [only] = text.matchAll(reference);
  if (only?.[0] === text && only[2] !== undefined) return lookup(only[2]);
  const taken: unknown[] = [];
  const expanded = text.replaceAll(reference, (_, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return escaped;
    const value = lookup(name);
    taken.push(value);
    return value instanceof Secret ? value.reveal() : String(value);
  });
  return taken.some((value) => value instanceof Secret) ? secret(expanded) : expanded;
}

function defaultOf(field: Schema): unknown {
  const parsed = field["~standard"].validate(undefined);
  return parsed instanceof Promise || parsed.issues !== undefined ? undefined : parsed.value;
}
