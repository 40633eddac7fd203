import { types } from "node:util";
import { redact, type Secret } from "@hpckit/core";

/** What programs decide by, and what ties events together: none of it comes from outside, and it stays as it is. */
const kept: ReadonlySet<PropertyKey> = new Set(["code", "kind", "operation", "transportId", "connectionId", "operationId"]);

/**
 * The same value with every secret in its texts replaced: in arrays, plain objects, bytes, and errors with all that they carry (message, stack, causes,
 * details, results). What holds none is given back as it is; otherwise it is copied as a whole, as parts of it may belong to others.
 */
export function redactValue<Value>(value: Value, secrets: readonly Secret[]): Value {
  if (secrets.length === 0 || !holdsAny(value, secrets, new Set())) return value;
  return copyOf(value, secrets, new Map()) as Value;
}

function holdsAny(value: unknown, secrets: readonly Secret[], seen: Set<unknown>): boolean {
  if (typeof value === "string") return redact(value, secrets) !== value;
  if (value instanceof Uint8Array) return holdsAny(textOf(value), secrets, seen);
  if (!isOpen(value) || seen.has(value)) return false;
  seen.add(value);
  return keysOf(value).some((key) => !kept.has(key) && holdsAny(Reflect.get(value, key), secrets, seen));
}

function copyOf(value: unknown, secrets: readonly Secret[], copies: Map<unknown, unknown>): unknown {
  if (typeof value === "string") return redact(value, secrets);
  if (value instanceof Uint8Array) return bytesOf(redact(textOf(value), secrets), value);
  if (!isOpen(value)) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const copy = emptyLike(value);
  copies.set(value, copy);
  for (const key of keysOf(value)) {
    const one: unknown = Reflect.get(value, key);
    const enumerable = Object.getOwnPropertyDescriptor(value, key)?.enumerable ?? false;
    Object.defineProperty(copy, key, { value: kept.has(key) ? one : copyOf(one, secrets, copies), enumerable, writable: true, configurable: true });
  }
  return copy;
}

/** A DOMException has its message and its name from its class. */
function keysOf(value: object): readonly PropertyKey[] {
  const own = Reflect.ownKeys(value).filter((key) => key !== "length" || !Array.isArray(value));
  return isForeignError(value) ? [...new Set([...own, "message", "name"])] : own;
}

const isForeignError = (value: object): boolean => value instanceof Error && !types.isNativeError(value);

/** What is looked into. Objects of other classes, as a signal or a socket, have ways of their own. */
function isOpen(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return value instanceof Error || Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** A real error of the same class, so that it prints and is recognised as one. */
function emptyLike(value: object): object {
  if (Array.isArray(value)) return [];
  if (isForeignError(value)) return new Error();
  const empty = types.isNativeError(value) ? new Error() : {};
  return Object.setPrototypeOf(empty, Object.getPrototypeOf(value) as object | null) as object;
}

/** Bytes as UTF-8 where they are, so that a secret with letters beyond ASCII is found. */
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");

function bytesOf(redacted: string, before: Uint8Array): Uint8Array {
  return redacted === textOf(before) ? before : new TextEncoder().encode(redacted);
}
