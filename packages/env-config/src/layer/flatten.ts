import { closeMatch } from "@hpckit/core";
import { issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";
import { fieldNames, fieldOf, hasFields, type Schema } from "../schema/fields.js";
import type { SourceFile } from "../source/read-source.js";
import { isPlainObject, type ParsedLayer } from "./parsed-layer.js";
import { readSetting, type Setting } from "./read-setting.js";

export interface FlattenContext {
  readonly origin: Origin;
  readonly literal: boolean;
  readonly folder: string;
  readonly file?: SourceFile | undefined;
}

export interface Flattened {
  readonly settings: readonly Setting[];
  readonly issues: readonly ConfigIssue[];
}

/** Sorts what a layer says by variables, as deep as the schema has fields. From here on secrets are hidden. */
export function flatten(parsed: ParsedLayer, schema: Schema, context: FlattenContext): Flattened {
  const settings: Setting[] = [];
  const issues: ConfigIssue[] = [];
  const visit = (value: unknown, field: Schema, path: readonly string[]): void => {
    if (value === undefined) return;
    if (hasFields(field) && isPlainObject(value)) {
      for (const [name, inner] of Object.entries(value)) {
        const innerField = fieldOf(field, name);
        if (innerField === undefined) issues.push(unknown(field, [...path, name], originOf([...path, name])));
        else visit(inner, innerField, [...path, name]);
      }
      return;
    }
    const { setting, issue } = readSetting(value, { ...context, schema: field, path, originOf });
    settings.push(setting);
    if (issue !== undefined) issues.push(issue);
  };
  const originOf = (path: readonly string[]): Origin => {
    const line = parsed.lineOf(path);
    return line === undefined ? context.origin : { ...context.origin, line };
  };
  visit(parsed.values, schema, []);
  return { settings, issues };
}

function unknown(schema: Schema, path: readonly string[], origin: Origin): ConfigIssue {
  const known = fieldNames(schema);
  const name = path.at(-1) ?? "";
  const match = closeMatch(name, known);
  const around = known.find((each) => isPartOf(name, each) && hasFields(fieldOf(schema, each) ?? schema));
  const next =
    around !== undefined && (match === undefined || match === around) ? `${around} is an object: set it in a .yaml or .json file, as ${around}: { … }`
    : match === undefined ? `known are ${known.join(", ")}`
    : `did you mean "${match}"?`;
  return issueAt(path.join("."), `unknown variable; ${next}`, origin);
}

/** As other programs name what stands within an object: `resources.memory`, `RESOURCES__MEMORY`. */
const isPartOf = (name: string, object: string): boolean => [".", "_"].some((mark) => name.toLowerCase().startsWith(`${object.toLowerCase()}${mark}`));
