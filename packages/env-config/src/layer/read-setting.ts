import { secret, Secret } from "@hpckit/core";
import { issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";
import { LayeredPathList, readPathList } from "../path-list/layered-path-list.js";
import { isPathListSchema, isSecretSchema, type Schema } from "../schema/fields.js";
import { whyNotPrivate, whyNotTrusted } from "../secret/private-file.js";
import { holdsOpenSecret, secretWithin } from "../secret/open-secret.js";
import { expectedSecret, secretReference } from "../secret/secret-value.js";
import type { SourceFile } from "../source/read-source.js";
import { holdsItself } from "./parsed-layer.js";

/** One variable as one layer gives it. */
export interface Setting {
  readonly path: readonly string[];
  readonly schema: Schema;
  /** Of a secret: a `Secret`, or where to find it. Undefined where it was refused, and an issue says so. */
  readonly value: unknown;
  readonly origin: Origin;
  /** `${NAME}` in it is text, not a reference. */
  readonly literal: boolean;
  /** Where relative file names in it start. */
  readonly folder: string;
}

export interface SettingContext {
  readonly schema: Schema;
  readonly path: readonly string[];
  readonly literal: boolean;
  readonly folder: string;
  readonly file?: SourceFile | undefined;
  readonly originOf: (path: readonly string[]) => Origin;
}

/** Reads one value. From here on secrets are hidden. */
export function readSetting(value: unknown, context: SettingContext): { readonly setting: Setting; readonly issue?: ConfigIssue } {
  const { schema, path, literal, folder, file, originOf } = context;
  const name = path.join(".");
  const origin = originOf(path);
  const setting = { path, schema, value, origin, literal, folder };
  const refused = (message: string): { readonly setting: Setting; readonly issue: ConfigIssue } => ({ setting: { ...setting, value: undefined }, issue: issueAt(name, message, origin) });
  if (holdsItself(value)) return refused("holds itself, so that it has no end");
  if (isPathListSchema(schema)) {
    const read = readPathList(value, { name, literal, originOf: (at) => originOf([...path, ...at]) });
    return read instanceof LayeredPathList ? { setting: { ...setting, value: read } } : { setting: { ...setting, value: undefined }, issue: read };
  }
  if (value instanceof Secret) return { setting: { ...setting, literal: true } };
  if (!isSecretSchema(schema)) return holdsOpenSecret(schema, value, (text) => literal || !text.includes("${")) ? refused(secretWithin) : { setting };
  if (value === null) return { setting };
  if (typeof value !== "string") {
    const reference = secretReference(value);
    if (reference === undefined) return refused(typeof value === "object" ? expectedSecret : `${expectedSecret}; write it in quotes`);
    const reason = file === undefined || !("command" in reference) ? undefined : whyNotTrusted(file);
    return reason === undefined ? { setting } : refused(`a command is not run that stands in this file: ${reason}`);
  }
  const reason = file === undefined ? undefined : whyNotPrivate(file);
  if (reason !== undefined) return refused(`a secret stands in this file: ${reason}, or write { file: "…" }`);
  return { setting: { ...setting, value: secret(value) } };
}
