import { z } from "zod";
import { isPathList, joinPathList } from "../path-list/path-list.js";
import { unwrap, type Schema } from "./fields.js";

const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const truth: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, 1: true, false: false, no: false, off: false, 0: false };

/**
 * Reads text as the number or truth value that the schema asks for: dotenv files, the environment and references have
 * nothing but text. What does not read as one stays text, and the schema refuses it. A whole list of folders is text where text is asked for.
 */
export function readText(schema: Schema, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodString && isPathList(value)) return joinPathList(value) ?? value;
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (inner instanceof z.ZodNumber) return number.test(text) && isExact(text) ? Number(text) : value;
  if (inner instanceof z.ZodBoolean) return truth[text.toLowerCase()] ?? value;
  return value;
}

/** A whole number of too many digits would become another one. */
const isExact = (text: string): boolean => !/^[-+]?\d+$/.test(text) || Number.isSafeInteger(Number(text));
