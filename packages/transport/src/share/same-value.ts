import { Secret } from "@hpckit/core";

/**
 * Whether two options say the same: texts, numbers and bytes by what they hold, secrets by what they hide, lists and plain objects part by part (what is
 * `undefined` is left out), and all else, as functions, only if it is the very same. No text is made of them.
 */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (one instanceof Secret) return other instanceof Secret && one.reveal() === other.reveal();
  if (one instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(one, other) === 0;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((each, index) => isSameValue(each, other[index]));
  if (!isPlain(one) || !isPlain(other)) return false;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => isSameValue(one[key], other[key]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
