import { addingLayer, OptionsError, refusedVariable, Secret, setVariable, type LaunchLayer, type OptionsIssue } from "@hpckit/core";
import type { Config } from "../config/config.js";
import { isPathList, type PathList } from "../path-list/path-list.js";
import { pathListSteps } from "../path-list/path-list-steps.js";

/** What a variable of a process can be made of. Numbers and truth values become text (`8`, `true`), and a list of folders text with `:`. */
export type VariableValue = string | number | boolean | Secret | PathList;

/**
 * Sets variables for everything to its right.
 *
 * Guarantees: each value arrives byte for byte, or the call is refused; a secret stays one, and never stands in a script
 * or in arguments. What is `undefined` is left unset.
 * @param variables - a loaded configuration, or a record.
 * @throws OptionsError that lists every name and value that no process can receive: an object, a list, `null`, a
 * NUL character, a name that shells keep for themselves.
 */
export function variables(variables: Config<object> | Readonly<Record<string, VariableValue | undefined>>): LaunchLayer {
  const entries = Object.entries(isConfig(variables) ? variables.values : variables).filter(([, value]) => value !== undefined);
  const issues: OptionsIssue[] = [];
  const setup = entries.flatMap(([name, value]: [string, unknown]) => {
    const word = toWord(value);
    const refused = refusedVariable(name) ?? (word.kind === "refused" ? word.reason : refusedValue(name, word.value));
    if (refused !== undefined) issues.push({ path: name, message: refused });
    if (refused !== undefined || word.kind === "refused") return [];
    return isPathList(value) ? pathListSteps(name, value) : [setVariable(name, word.value)];
  });
  if (issues.length > 0) throw new OptionsError("variables", issues);
  return addingLayer("variables", { setup });
}

/** A record of variables holds no function. */
const isConfig = (given: Config<object> | Readonly<Record<string, unknown>>): given is Config<object> => typeof given.explain === "function";

type VariableWord = { readonly kind: "word"; readonly value: string | Secret } | { readonly kind: "refused"; readonly reason: string };

function toWord(value: unknown): VariableWord {
  if (isPathList(value)) return { kind: "word", value: [...value.before, ...value.after].join(":") };
  if (value instanceof Secret || typeof value === "string") return { kind: "word", value };
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return { kind: "word", value: String(value) };
  const what = value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : typeof value === "number" ? String(value) : `a ${typeof value}`;
  return { kind: "refused", reason: `${what} is no value of a variable; give text, a number or a truth value` };
}

/** Linux takes no more in one string: MAX_ARG_STRLEN, execve(2). */
const mostBytes = 131_072;

/** The reason names no part of the value: it may be a secret. */
function refusedValue(name: string, value: string | Secret): string | undefined {
  const text = value instanceof Secret ? value.reveal() : value;
  if (text.includes("\0")) return "holds a NUL character, which no process can receive";
  if (/\p{Surrogate}/u.test(text)) return "holds half of a character (a lone surrogate), which UTF-8 cannot carry";
  const bytes = Buffer.byteLength(`${name}=${text}`) + 1;
  return bytes > mostBytes ? `is ${bytes} bytes long with its name, and Linux passes ${mostBytes}; write a file and set its path` : undefined;
}
