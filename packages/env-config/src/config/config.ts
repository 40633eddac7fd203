import { closeMatch, OptionsError, Secret } from "@hpckit/core";
import type { MergedSettings } from "../layer/merge-layers.js";
import { variableNames, type Schema } from "../schema/fields.js";
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
  /** Latest first. */
  readonly overrode: readonly Overridden[];
}

/** Values that the schema accepted, and where each is from. */
export interface Config<Values> {
  readonly values: Values;
  /**
   * @param name - of a variable; within objects with dots: `resources.memory`.
   * @throws OptionsError if the schema knows no such variable.
   */
  explain(name: string): Explanation;
}

export function createConfig<Values>(values: Values, settings: MergedSettings, schema: Schema): Config<Values> {
  return {
    values,
    explain(name) {
      const setting = settings.get(name);
      const known = variableNames(schema);
      if (setting === undefined && !known.includes(name)) throw unknownName(name, known);
      const value = valueAt(values, name.split("."));
      if (setting === undefined) return { name, value, overrode: [] };
      return {
        name,
        value,
        ...(setting.value === value || setting.value instanceof Secret ? {} : { written: setting.value }),
        ...setting.origin,
        overrode: setting.overrode.map(({ origin, value: overridden }) => ({ ...origin, value: overridden })),
      };
    },
  };
}

function unknownName(name: string, known: readonly string[]): OptionsError {
  const match = closeMatch(name, known);
  return new OptionsError("explain", [{ path: name, message: `unknown variable; ${match === undefined ? `known are ${known.join(", ")}` : `did you mean "${match}"?`}` }]);
}
