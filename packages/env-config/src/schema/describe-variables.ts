import { z } from "zod";
import { parseOptions } from "@hpckit/core";
import { fieldNames, fieldOf, isPathListSchema, isSecretSchema, schemaOf, variableNames, type Schema } from "./fields.js";

/** One variable that a configuration can set. */
export interface VariableDescription {
  /** Within objects with dots: `resources.memory`. */
  readonly name: string;
  /** What it takes, in words: `integer`, `one of dev, prod`, `list of folders`. */
  readonly type: string;
  /** Whether some layer must name it. */
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  readonly default?: unknown;
  /** What `describe()` of its schema says. */
  readonly description?: string;
}

/** What can be set, from the schema alone. Pure. */
export const describeVariables = (schema: z.ZodObject): readonly VariableDescription[] => {
  const object = parseOptions(z.instanceof(z.ZodObject, { error: "expected a z.object of zod 4" }), schema, "describeVariables");
  return variableNames(object).map((name) => describeVariable(name, object));
};

/** {@link describeVariables} as a table in Markdown. */
export function renderVariableTable(schema: z.ZodObject): string {
  const rows = describeVariables(schema).map(({ name, type, isRequired, default: fallback, description = "" }) => {
    const absent = isRequired ? "required" : fallback === undefined ? "" : `\`${JSON.stringify(fallback)}\``;
    return [`\`${name}\``, type, absent, description];
  });
  return [["variable", "takes", "default", "what it is"], ["---", "---", "---", "---"], ...rows].map((row) => `| ${row.map(cell).join(" | ")} |\n`).join("");
}

const cell = (text: string): string => text.replaceAll("|", String.raw`\|`).replaceAll(/\s*\n\s*/g, " ");

function describeVariable(name: string, schema: z.ZodObject): VariableDescription {
  const path = name.split(".");
  const field = schemaOf(schema, path) ?? z.unknown();
  const json = z.toJSONSchema(field as z.ZodType, { io: "input", unrepresentable: "any" });
  return {
    name,
    type: isSecretSchema(field) ? "secret" : isPathListSchema(field) ? "list of folders" : typeWords(json),
    isRequired: isDemanded(schema, path),
    isSecret: isSecretSchema(field),
    ...(json.default === undefined ? {} : { default: json.default }),
    ...(json.description === undefined ? {} : { description: json.description }),
  };
}

/** A variable within an object that may be absent is demanded only with it. */
function isDemanded(schema: Schema, [name = "", ...rest]: readonly string[]): boolean {
  const field = fieldOf(schema, name);
  if (field === undefined) return false;
  const parsed = field["~standard"].validate(undefined);
  if (!(parsed instanceof Promise) && parsed.issues === undefined) return false;
  return rest.length === 0 || fieldNames(field).length === 0 || isDemanded(field, rest);
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function typeWords(json: JsonSchema): string {
  if (json.const !== undefined) return `only ${String(json.const)}`;
  if (json.enum !== undefined) return `one of ${json.enum.map(String).join(", ")}`;
  const either = json.anyOf ?? json.oneOf;
  if (either !== undefined) return [...new Set(either.map((each) => typeWords(each)))].join(" or ");
  if (json.type === "array") return typeof json.items === "object" && !Array.isArray(json.items) ? `list of ${typeWords(json.items)}` : "list";
  return `${String(json.type ?? "value").replaceAll(",", " or ")}${boundWords(json)}`;
}

function boundWords({ minimum, maximum }: JsonSchema): string {
  const from = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? "" : ` from ${minimum}`;
  return `${from}${maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? "" : ` to ${maximum}`}`;
}
