import { z } from "zod";
import { isPathList, joinPathList } from "../path-list/path-list.js";
import { unwrap, type Schema } from "./fields.js";

const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const truth: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, 1: true, false: false, no: false, off: false, 0: false };

/**
 * Reads text as the number or truth value that the schema asks for: dotenv files, the environment and references have
 * nothing but text. What does not read as one stays text, and the schema refuses it; so does what two forms of a choice would read. A whole list of
 * folders is text where text is asked for.
 */
export function readText(schema: Schema, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodString && isPathList(value)) return joinPathList(value) ?? value;
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (inner instanceof z.ZodNumber) return number.test(text) && isExact(text) ? Number(text) : value;
  if (inner instanceof z.ZodBoolean) return truth[text.toLowerCase()] ?? value;
  return inner instanceof z.ZodUnion ? readChoice(inner.def.options, value) : value;
}

/** `number | "auto"`: what exactly one form takes, as that form reads it. */
function readChoice(forms: readonly Schema[], text: string): unknown {
  const [only, ...others] = forms.map((form) => ({ form, read: readText(form, text) })).filter(({ form, read }) => accepts(unwrap(form), read));
  return only === undefined || others.length > 0 ? text : only.read;
}

/** What waits, or throws, accepts nothing here: the schema as a whole tells of that. Nothing is transformed. */
function accepts(schema: Schema, value: unknown): boolean {
  try {
    return z.core.safeParse(schema, value).success;
  } catch {
    return false;
  }
}

/** A whole number of too many digits would become another one. */
const isExact = (text: string): boolean => !/^[-+]?\d+$/.test(text) || Number.isSafeInteger(Number(text));
