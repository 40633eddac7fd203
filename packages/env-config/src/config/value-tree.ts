import { z } from "zod";
import { fieldNames, fieldOf, type Schema } from "../schema/fields.js";

/** Objects within objects, while they are being filled. */
export type ValueTree = Record<string, unknown>;

/** An object for each object that the schema demands, so that what is missing in it is said by name. */
export function emptyTree(schema: Schema): ValueTree {
  const demanded = fieldNames(schema).flatMap((name): [string, ValueTree][] => {
    const field = fieldOf(schema, name);
    return field instanceof z.ZodObject ? [[name, emptyTree(field)]] : [];
  });
  return Object.fromEntries(demanded);
}

/** Puts a value in its place and makes the objects on the way. No name has a meaning of its own, `__proto__` neither. */
export function place(tree: ValueTree, [name, ...rest]: readonly string[], value: unknown): void {
  if (name === undefined) return;
  if (rest.length === 0) {
    define(tree, name, value);
    return;
  }
  if (!Object.hasOwn(tree, name)) define(tree, name, {});
  place(tree[name] as ValueTree, rest, value);
}

/** What stands there, or undefined. */
export const valueAt = (values: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((within, name) => (isObject(within) && Object.hasOwn(within, name) ? within[name] : undefined), values);

const define = (tree: ValueTree, name: string, value: unknown): void => {
  Object.defineProperty(tree, name, { value, enumerable: true, writable: true, configurable: true });
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
