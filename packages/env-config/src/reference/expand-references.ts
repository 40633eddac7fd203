import { closeMatch, Secret } from "@hpckit/core";
import type { ConfigIssue } from "../config/config-error.js";
import type { MergedSetting, MergedSettings } from "../layer/merge-layers.js";
import { expandPathList, type PlacedFolder } from "../path-list/expand-path-list.js";
import { LayeredPathList } from "../path-list/layered-path-list.js";
import { isSecretSchema, schemaOf, variableNames, type Schema } from "../schema/fields.js";
import { holdsOpenSecret, secretWithin, takesSecret } from "../secret/open-secret.js";
import { expandValue } from "./expand-value.js";
import { takesInSecret, Unresolved, unresolved } from "./unresolved.js";

export interface ExpandedValues {
  readonly values: ReadonlyMap<string, unknown>;
  /** Where the folders of lists like `PATH` were written, by the name of the variable. */
  readonly folders: ReadonlyMap<string, readonly PlacedFolder[]>;
  /** Variables that have no value because of an issue: their own, or that of one that they refer to. */
  readonly failed: ReadonlySet<string>;
  readonly issues: readonly ConfigIssue[];
}

/**
 * Replaces `${NAME}` by the value of that variable, whatever layer it is from; `$${` stands for `${` itself.
 * Text that takes in a secret becomes one, and is refused where the schema asks for none. Pure.
 */
export function expandReferences(settings: MergedSettings, schema: Schema): ExpandedValues {
  const values = new Map<string, unknown>();
  const folders = new Map<string, readonly PlacedFolder[]>();
  const failed = new Set<string>();
  const issues: ConfigIssue[] = [];

  const valueOf = (name: string, setting: MergedSetting, through: readonly string[]): unknown => {
    if (values.has(name)) return values.get(name);
    if (failed.has(name)) throw new Unresolved();
    const { origin } = setting;
    if (through.includes(name)) {
      const cycle = [...through.slice(through.indexOf(name)), name].join(" → ");
      const next = setting.value instanceof LayeredPathList ? "; { prepend } and { append } add to the layers below" : "";
      throw unresolved({ name, origin }, `refers to itself: ${cycle}${next}`);
    }
    const lookup = (to: string): unknown => referred(to, { name, setting, through: [...through, name] });
    const value = expanded(name, setting, lookup);
    if (value instanceof Secret && !takesSecret(setting.schema)) {
      throw unresolved({ name, origin }, takesInSecret);
    }
    if (!isSecretSchema(setting.schema) && holdsOpenSecret(setting.schema, value, () => true)) throw unresolved({ name, origin }, secretWithin);
    values.set(name, value);
    return value;
  };

  const expanded = (name: string, setting: MergedSetting, lookup: (name: string) => unknown): unknown => {
    if (setting.value instanceof LayeredPathList) {
      const { list, folders: placed } = expandPathList(setting.value, { name, lookup });
      folders.set(name, placed);
      return list;
    }
    return setting.literal ? setting.value : expandValue(setting.value, { name, origin: setting.origin, lookup });
  };

  const referred = (to: string, from: Referrer): unknown => {
    const target = settings.get(to);
    if (target === undefined) return withoutLayer(to, from, schema);
    const value = valueOf(to, target, from.through);
    if (value === undefined) throw new Unresolved(); // It was refused, and its own issue says why.
    return value;
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
  return { values, folders, failed, issues };
}

/** The variable in which a reference stands, and those that led to it. */
interface Referrer {
  readonly name: string;
  readonly setting: MergedSetting;
  readonly through: readonly string[];
}

/** What a variable is that no layer names: the schema's own default. */
function withoutLayer(to: string, { name, setting: { origin } }: Referrer, schema: Schema): unknown {
  const field = schemaOf(schema, to.split("."));
  if (field === undefined) {
    const match = closeMatch(to, variableNames(schema));
    throw unresolved({ name, origin }, `refers to an unknown variable \${${to}}${match === undefined ? "" : `; did you mean \${${match}}?`}`);
  }
  const fallback = defaultOf(field);
  if (fallback === undefined) throw unresolved({ name, origin }, `refers to \${${to}}, which has no value`);
  return fallback;
}

function defaultOf(field: Schema): unknown {
  const parsed = field["~standard"].validate(undefined);
  return parsed instanceof Promise || parsed.issues !== undefined ? undefined : parsed.value;
}
