import { z } from "zod";
import { isPathListInput } from "../path-list/path-list.js";
import { isSecret } from "../secret/secret-value.js";

/** Any schema. Only objects and records have fields; everything else is one value. */
export type Schema = z.core.$ZodType;

/** Looks through what only says how a value may be absent, or what becomes of it. */
export function unwrap(schema: Schema): Schema {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNonOptional ||
    schema instanceof z.ZodCatch ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrap(schema.def.innerType);
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in instanceof z.ZodTransform ? schema.def.out : schema.def.in);
  return schema;
}

export function hasFields(schema: Schema): boolean {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject || inner instanceof z.ZodRecord;
}

/** The schema of one field; none where the schema does not know the name. */
export function fieldOf(schema: Schema, name: string): Schema | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodRecord) return inner.def.valueType;
  if (!(inner instanceof z.ZodObject)) return undefined;
  const shape = inner.shape as Readonly<Record<string, Schema>>;
  if (Object.hasOwn(shape, name)) return shape[name];
  const others: Schema | undefined = inner.def.catchall;
  return others instanceof z.ZodNever ? undefined : others;
}

/** The names of an object's own fields. */
export function fieldNames(schema: Schema): readonly string[] {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** Names of all variables, those within objects as `resources.memory`. */
export function variableNames(schema: Schema): readonly string[] {
  return fieldNames(schema).flatMap((name) => {
    const field = fieldOf(schema, name);
    const within = field === undefined ? [] : variableNames(field);
    return within.length === 0 ? [name] : within.map((inner) => `${name}.${inner}`);
  });
}

/** The schema of a variable, or none if there is no such variable. */
export const schemaOf = (schema: Schema, path: readonly string[]): Schema | undefined =>
  path.reduce<Schema | undefined>((within, name) => within && fieldOf(within, name), schema);

export const isSecretSchema = (schema: Schema): boolean => isMadeBy(schema, isSecret);

export const isPathListSchema = (schema: Schema): boolean => isMadeBy(schema, isPathListInput);

/** Whether a schema is one of our own, through all that may be wrapped around it. */
function isMadeBy(schema: Schema, check: (value: unknown) => boolean): boolean {
  const inner = unwrap(schema);
  return inner instanceof z.ZodCustom && inner.def.fn === check;
}
