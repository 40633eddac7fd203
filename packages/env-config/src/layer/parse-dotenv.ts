import { parseEnv } from "node:util";
import { issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";
import type { ParsedLayer } from "./parsed-layer.js";

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*/;

/**
 * Reads `NAME=value` lines. Node reads each value; what it would drop in silence is refused first: a line that is no
 * assignment, a quote that is not closed, text after a closing quote, what follows a `#` within a value, a carriage return, a name that stands
 * twice.
 */
export function parseDotenv(text: string, origin: Origin): ParsedLayer {
  const values = new Map<string, string>();
  const linesOf = new Map<string, number>();
  const issues: ConfigIssue[] = [];
  const all = text.split(/\r?\n/);
  for (let at = 0; at < all.length; ) {
    const statement = readStatement(all.slice(at));
    const line = at + 1;
    at += statement.lineCount;
    if (statement.kind === "empty") continue;
    if (statement.kind === "wrong") {
      issues.push(issueAt("", statement.reason, { ...origin, line }));
      continue;
    }
    if (values.has(statement.name)) issues.push(issueAt(statement.name, `stands twice, first in line ${linesOf.get(statement.name)}`, { ...origin, line }));
    values.set(statement.name, statement.value);
    linesOf.set(statement.name, line);
  }
  return { values: Object.fromEntries(values), lineOf: ([name = ""]) => linesOf.get(name), issues };
}

type Statement = { readonly lineCount: number } & (
  | { readonly kind: "empty" }
  | { readonly kind: "set"; readonly name: string; readonly value: string }
  | { readonly kind: "wrong"; readonly reason: string }
);

function readStatement(rest: readonly string[]): Statement {
  const [first = ""] = rest;
  if (/^[ \t]*(?:#|$)/.test(first)) return { kind: "empty", lineCount: 1 };
  const start = assignment.exec(first);
  const name = start?.[1];
  if (start === null || name === undefined) return { kind: "wrong", reason: "expected NAME=value", lineCount: 1 };
  const value = first.slice(start[0].length);
  const quote = /^["'`]/.exec(value)?.[0];
  if (quote === undefined && (/^[^#]*[^#\s]#/.test(value) || first.slice(0, start[0].length + 1).endsWith("=#"))) {
    return { kind: "wrong", reason: `a # stands within the value of ${name}: put the value in quotes, or a blank before a comment`, lineCount: 1 };
  }
  const lineCount = quote === undefined ? 1 : linesUntilClosed([value.slice(1), ...rest.slice(1)], quote);
  if (lineCount === undefined) return { kind: "wrong", reason: `the quote ${quote} of ${name} is not closed`, lineCount: 1 };
  const whole = [value, ...rest.slice(1, lineCount)].join("\n");
  if (whole.includes("\r")) return { kind: "wrong", reason: `a carriage return stands in the value of ${name}, which no dotenv file can hold`, lineCount };
  const after = quote === undefined ? "" : whole.slice(whole.indexOf(quote, 1) + 1);
  if (!/^[ \t]*(?:#.*)?$/.test(after)) return { kind: "wrong", reason: `text stands after the closing quote of ${name}`, lineCount };
  return { kind: "set", name, value: parseEnv(`${name}=${whole}`)[name] ?? "", lineCount };
}

function linesUntilClosed(rest: readonly string[], quote: string): number | undefined {
  const closing = rest.findIndex((line) => line.includes(quote));
  return closing === -1 ? undefined : closing + 1;
}
