import { secret, Secret } from "@hpckit/core";
import { isPlainObject } from "../layer/parsed-layer.js";
import { isPathList, joinPathList } from "../path-list/path-list.js";
import { unresolved, type ExpansionContext } from "./unresolved.js";

/** `$${` is a literal `${`. */
const reference = /\$(\$\{)|\$\{([^{}]*)\}/g;

/** Replaces the references in a value, however deep it is. Text that takes in a secret becomes one. */
export function expandValue(value: unknown, context: ExpansionContext): unknown {
  if (typeof value === "string") return expandText(value, context);
  if (value instanceof Secret) {
    const expanded = expandText(value.reveal(), context);
    return expanded instanceof Secret ? expanded : secret(asText(expanded, context).text);
  }
  if (Array.isArray(value)) return value.map((each) => expandValue(each, context));
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, expandValue(each, context)]));
  return value;
}

/** A text that is one reference and nothing else takes the value as it is, a list for instance. */
export function expandText(text: string, context: ExpansionContext): unknown {
  const [only] = text.matchAll(reference);
  if (only?.[0] === text && only[2] !== undefined) return context.lookup(only[2]);
  const taken: TakenText[] = [];
  const expanded = text.replaceAll(reference, (_, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return escaped;
    const one = asText(context.lookup(name), context, name);
    taken.push(one);
    return one.text;
  });
  return taken.some(({ isSecret }) => isSecret) ? secret(expanded) : expanded;
}

interface TakenText {
  readonly text: string;
  readonly isSecret: boolean;
}

/** What stands within a text. A list or an object has no form of its own there: to make one up would be a guess. */
function asText(value: unknown, context: ExpansionContext, name?: string): TakenText {
  if (value instanceof Secret) return { text: value.reveal(), isSecret: true };
  const text = isPathList(value) ? joinPathList(value) : isScalar(value) ? String(value) : undefined;
  if (text !== undefined) return { text, isSecret: false };
  const what = isPathList(value) ? "a list that adds to what holds where the command runs" : Array.isArray(value) ? "a list" : value === null ? "null" : "an object";
  throw unresolved(context, name === undefined ? `is to become text, and takes in ${what}` : `takes in \${${name}} within a text, which is ${what}`);
}

const isScalar = (value: unknown): value is string | number | boolean | bigint => ["string", "number", "boolean", "bigint"].includes(typeof value);
