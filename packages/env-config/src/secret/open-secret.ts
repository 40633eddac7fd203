import { Secret } from "@hpckit/core";
import { z } from "zod";
import { isPlainObject } from "../layer/parsed-layer.js";
import { fieldOf, hasFields, isSecretSchema, unwrap, type Schema } from "../schema/fields.js";
import { secretReference } from "./secret-value.js";

/** What to do where a secret is wanted within a list, a choice or the like: only a variable of its own is hidden from the first layer on. */
export const secretWithin = "a secret within a list or a choice is not read from what stands here: make it a variable of its own, secretValue(), and write ${NAME} here";

/**
 * Whether something stands open where the schema asks for a secret within a list, a choice (union), a lazy schema or an intersection. Text that a
 * choice takes by the letter, as `"none"`, is no secret.
 * @param isOpen - of a text: whether it would be the secret itself. Before references are expanded, one with a reference is none yet.
 */
export function holdsOpenSecret(schema: Schema, value: unknown, isOpen: (text: string) => boolean): boolean {
  if (value === undefined || value === null || value instanceof Secret) return false;
  if (isSecretSchema(schema)) return typeof value !== "string" || isOpen(value);
  const within = (inner: Schema | null | undefined, part: unknown): boolean => inner !== undefined && inner !== null && holdsOpenSecret(inner, part, isOpen);
  const inner = unwrap(schema);
  if (inner instanceof z.ZodLazy) return within(inner.def.getter(), value);
  if (inner instanceof z.ZodIntersection) return within(inner.def.left, value) || within(inner.def.right, value);
  if (inner instanceof z.ZodUnion) return holdsOpenChoice(inner.def.options, value, within);
  if (Array.isArray(value)) {
    if (inner instanceof z.ZodArray) return value.some((part) => within(inner.def.element, part));
    return inner instanceof z.ZodTuple && value.some((part, index) => within(inner.def.items[index] ?? inner.def.rest, part));
  }
  return hasFields(inner) && isPlainObject(value) && Object.entries(value).some(([name, part]) => within(fieldOf(inner, name), part));
}

/** Whether a schema takes a secret as a whole: by itself, or as one of several. */
export function takesSecret(schema: Schema): boolean {
  if (isSecretSchema(schema)) return true;
  const inner = unwrap(schema);
  return inner instanceof z.ZodLazy ? takesSecret(inner.def.getter()) : inner instanceof z.ZodUnion && inner.def.options.some(takesSecret);
}

function holdsOpenChoice(options: readonly Schema[], value: unknown, within: (inner: Schema, part: unknown) => boolean): boolean {
  if (options.map(unwrap).some((option) => (option instanceof z.ZodLiteral || option instanceof z.ZodEnum) && option.safeParse(value).success)) return false;
  const isMeant = typeof value === "string" || secretReference(value) !== undefined;
  return options.some((option) => (isMeant || !isSecretSchema(option)) && within(option, value));
}
