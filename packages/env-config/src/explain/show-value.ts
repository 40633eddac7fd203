import { Secret } from "@hpckit/core";
import { isPathList, joinPathList } from "../path-list/path-list.js";

/** A value for a person to read, on one line. Secrets stay hidden, and nothing in it can command a terminal. */
export function showValue(value: unknown): string {
  if (value === undefined) return "(not set)";
  if (value instanceof Secret) return value.toString();
  if (isPathList(value)) return harmless(joinPathList(value) ?? [...value.before, "(what is there)", ...value.after].join(":"));
  if (typeof value === "function" || typeof value === "symbol") return `(a ${typeof value})`;
  return harmless(typeof value === "string" && isPlain(value) ? value : JSON.stringify(value, withoutBigInts));
}

/** What needs no quotes to be seen whole. */
const isPlain = (text: string): boolean => /^[^\s"'](?:[^\n\r\t"]*[^\s])?$/.test(text);

export const withoutBigInts = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

/** Escapes, line breaks and marks that turn the direction of writing would make a line look like another: they become `\u001b`, as JSON and YAML write them. */
export const harmless = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
