import { closeMatch, secret, Secret } from "@hpckit/core";
import { issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";
import { fieldNames, fieldOf, hasFields, isSecretSchema, type Schema } from "../schema/fields.js";
import type { SourceFile } from "../source/read-source.js";
import { holdsItself, isPlainObject, type ParsedLayer } from "./parsed-layer.js";

/** One variable as one layer gives it. */
export interface Setting {
  readonly path: readonly string[];
  readonly schema: Schema;
  /** Of a secret: a `Secret`, or where to find it. */
  readonly value: unknown;
  readonly origin: Origin;
  /** `${NAME}` in it is text, not a reference. */
  readonly literal: boolean;
  /** Where relative file names in it start. */
  readonly folder: string;
}

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
    const origin = originOf(path);
    if (holdsItself(value)) {
      issues.push(issueAt(path.join("."), "holds itself, so that it has no end", origin));
      return;
    }
    const isText = isSecretSchema(field) && typeof value === "string";
    if (isText && context.file?.isPrivate === false) issues.push(tooOpen(path, context.file, origin));
    settings.push({ path, schema: field, value: isText ? secret(value) : value, origin, literal: context.literal || value instanceof Secret, folder: context.folder });
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
  const match = closeMatch(path.at(-1) ?? "", known);
  return issueAt(path.join("."), `unknown variable; ${match === undefined ? `known are ${known.join(", ")}` : `did you mean "${match}"?`}`, origin);
}

const tooOpen = (path: readonly string[], file: SourceFile, origin: Origin): ConfigIssue =>
  issueAt(path.join("."), `a secret stands in a file that others may read (mode 0${file.mode.toString(8)}); chmod 600 it, or write { file: "…" }`, origin);
