import type { ConfigIssue, Origin } from "../config/config-error.js";

/** What a layer says, before the schema is asked. */
export interface ParsedLayer {
  readonly values: Readonly<Record<string, unknown>>;
  /** Line of the file on which a value stands, where it is known. */
  lineOf(path: readonly string[]): number | undefined;
  /** What could not be read. */
  readonly issues: readonly ConfigIssue[];
}

export const unlined = (values: Readonly<Record<string, unknown>>): ParsedLayer => ({ values, lineOf: () => undefined, issues: [] });

export const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Whether a list or an object stands in itself again, as one can by an alias of YAML. */
export function holdsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  return around.includes(value) || Object.values(value).some((inner) => holdsItself(inner, [...around, value]));
}

/** Turns text into values. Messages show nothing of the text: it may hold a secret. */
export type LayerParser = (text: string, origin: Origin) => ParsedLayer | Promise<ParsedLayer>;
