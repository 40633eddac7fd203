import { closeMatch, OptionsError, secret, Secret } from "@hpckit/core";
import { withoutBigInts } from "../explain/show-value.js";
import type { MergedSetting, MergedSettings } from "../layer/merge-layers.js";
import type { PlacedFolder } from "../path-list/expand-path-list.js";
import { isPlainObject } from "../layer/parsed-layer.js";
import { LayeredPathList } from "../path-list/layered-path-list.js";
import { isSecretSchema, schemaOf, variableNames, type Schema } from "../schema/fields.js";
import type { Origin } from "./config-error.js";
import { valueAt } from "./value-tree.js";

/** A value that another layer overrode. */
export interface Overridden extends Origin {
  readonly value: unknown;
}

/** Where the value of a variable is from. A secret is a `Secret`: it prints as `[secret]`. */
export interface Explanation extends Partial<Origin> {
  readonly name: string;
  /** The value that holds; `layer` is undefined where it is the schema's own default, or none. */
  readonly value: unknown;
  /** As it was written, where references or the schema made another value of it. */
  readonly written?: unknown;
  /** Of a list like `PATH`: its folders, and where each is from. The origin above is the last layer that had a part in it. */
  readonly folders?: readonly PlacedFolder[];
  /** Latest first. */
  readonly overrode: readonly Overridden[];
}

/** Values that the schema accepted, and where each is from. */
export interface Config<Values> {
  readonly values: Values;
  /** Every variable that the schema knows or a layer gave, within objects with dots. */
  readonly names: readonly string[];
  /**
   * @param name - of a variable; within objects with dots: `resources.memory`.
   * @throws OptionsError if the schema knows no such variable.
   */
  explain(name: string): Explanation;
}

/** What a configuration was made from. */
export interface ConfigSources {
  readonly settings: MergedSettings;
  readonly folders: ReadonlyMap<string, readonly PlacedFolder[]>;
  /** As the schema was given them. */
  readonly expanded: ReadonlyMap<string, unknown>;
  readonly schema: Schema;
}

export function createConfig<Values>(values: Values, sources: ConfigSources): Config<Values> {
  const { settings, folders, expanded, schema } = sources;
  const given = [...settings.keys()];
  // An object that a layer gave as a whole, or within which one gave a name, is not said twice.
  const names = [...new Set([...variableNames(schema).filter((name) => !given.some((other) => other.startsWith(`${name}.`))), ...given])];
  return {
    values,
    names,
    explain(name) {
      const setting = settings.get(name);
      if (setting === undefined && !names.includes(name)) throw unknownName(name, names);
      const field = setting?.schema ?? schemaOf(schema, name.split("."));
      // What the schema made of an object as a whole has no such field any more.
      const value = hidden(valueAt(values, name.split(".")) ?? expanded.get(name), { field, given: expanded.get(name) });
      return setting === undefined ? { name, value, overrode: [] } : explained(setting, { name, value, folders: folders.get(name) });
    },
  };
}

function explained(setting: MergedSetting, { name, value, folders }: { readonly name: string; readonly value: unknown; readonly folders: readonly PlacedFolder[] | undefined }): Explanation {
  const isAsWritten = setting.value === value || setting.value instanceof Secret || setting.value instanceof LayeredPathList;
  return {
    name,
    value,
    ...(isAsWritten ? {} : { written: setting.value }),
    ...(folders === undefined ? {} : { folders }),
    ...setting.origin,
    overrode: setting.overrode.map((overridden) => ({ ...overridden.origin, value: overriddenValue(overridden) })),
  };
}

/**
 * A schema may make something else of a secret: `secretValue().transform(…)`. It stays hidden, and what was given stands for it: a key that was
 * made of it looks like any other key.
 */
function hidden(value: unknown, { field, given }: { readonly field: Schema | undefined; readonly given: unknown }): unknown {
  if (value === undefined || value instanceof Secret || field === undefined || !isSecretSchema(field)) return value;
  if (given instanceof Secret) return given;
  return secret(typeof value === "string" ? value : JSON.stringify(value, withoutBigInts));
}

/** Arguments of a command that gives a secret may hold a part of one. */
const overriddenValue = ({ value, schema }: Pick<MergedSetting, "value" | "schema">): unknown => {
  if (value instanceof LayeredPathList) return value.written();
  return isSecretSchema(schema) && isPlainObject(value) && "command" in value ? secret(JSON.stringify(value)) : value;
};

function unknownName(name: string, known: readonly string[]): OptionsError {
  const match = closeMatch(name, known);
  return new OptionsError("explain", [{ path: name, message: `unknown variable; ${match === undefined ? `known are ${known.join(", ")}` : `did you mean "${match}"?`}` }]);
}
