import { parseOptions, Secret } from "@hpckit/core";
import { z } from "zod";
import type { Config } from "../config/config.js";
import { isPathList, joinPathList, type PathList } from "../path-list/path-list.js";

/** What a variable of a process can be made of. Numbers and truth values become text (`8`, `true`), and a list of folders text with `:`. */
export type VariableValue = string | number | boolean | Secret | PathList;

/** A loaded configuration, or a record. What is `undefined` is left unset. */
export type Variables = Config<object> | Readonly<Record<string, VariableValue | undefined>>;

/**
 * Names with what was given for them, in order.
 * @param subject - the function that was called, for the message.
 * @throws OptionsError for what is neither a configuration nor a record.
 */
export function entriesOf(variables: Variables, subject: string): readonly (readonly [name: string, value: unknown])[] {
  const given = parseOptions(variablesSchema, variables, subject);
  return Object.entries(isConfig(given) ? given.values : given).filter(([, value]) => value !== undefined);
}

const what = "a loaded configuration, or an object of names and values";

/** Lists, maps and promises are objects, of which nothing would be set. */
const variablesSchema: z.ZodType<Variables> = z.custom<Variables>(
  (given) => typeof given === "object" && given !== null && !(given instanceof Promise) && !(given instanceof Secret) && !(Symbol.iterator in given),
  { error: ({ input }) => (input instanceof Promise ? `${what}, not a promise: await it` : what) },
);

/** A record of variables holds no function. */
const isConfig = (given: Config<object> | Readonly<Record<string, unknown>>): given is Config<object> => typeof given.explain === "function";

export type VariableText = { readonly kind: "text"; readonly value: string | Secret } | { readonly kind: "refused"; readonly reason: string };

/** What a process would receive. A reason names no part of the value: it may be a secret. */
export function textOf(name: string, value: unknown): VariableText {
  const given = asText(value);
  const reason = given.kind === "refused" ? given.reason : unreceivable(name, given.value);
  return reason === undefined ? given : { kind: "refused", reason };
}

export const revealed = (value: string | Secret): string => (value instanceof Secret ? value.reveal() : value);

function asText(value: unknown): VariableText {
  if (value instanceof Secret || typeof value === "string") return { kind: "text", value };
  if (isPathList(value)) {
    const whole = joinPathList(value);
    return whole === undefined ? { kind: "refused", reason: "adds to what the variable holds where the command runs, which only a launch knows: give a whole list, or set it with the layer variables()" } : { kind: "text", value: whole };
  }
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return { kind: "text", value: String(value) };
  const what = value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : typeof value === "number" ? String(value) : `a ${typeof value}`;
  return { kind: "refused", reason: `${what} is no value of a variable; give text, a number or a truth value` };
}

/** Linux takes no more in one string: MAX_ARG_STRLEN, execve(2). */
const mostBytes = 131_072;

function unreceivable(name: string, value: string | Secret): string | undefined {
  const text = revealed(value);
  if (text.includes("\0")) return "holds a NUL character, which no process can receive";
  if (/\p{Surrogate}/u.test(text)) return "holds half of a character (a lone surrogate), which UTF-8 cannot carry";
  const bytes = Buffer.byteLength(`${name}=${text}`) + 1;
  return bytes > mostBytes ? `is ${bytes} bytes long with its name, and Linux passes ${mostBytes}; write a file and set its path` : undefined;
}
