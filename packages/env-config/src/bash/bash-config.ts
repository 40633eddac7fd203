import { parseOptions } from "@hpckit/core";
import { z } from "zod";
import { ConfigError, type ConfigIssue } from "../config/config-error.js";
import { readStatements, type BashRefusal, type BashStatement, type BashStatements } from "./read-statements.js";
import type { BashPart } from "./scan-word.js";

/** One variable of a bash file, as data. */
export interface BashVariable {
  readonly name: string;
  /** What its value is made of, in order. */
  readonly parts: readonly BashPart[];
  /** Whether programs that bash starts would get it. */
  readonly exported: boolean;
  /** Line on which it is assigned, from 1. */
  readonly line: number;
}

export interface BashConfig {
  /** In the order of the file; each name stands once. */
  readonly variables: readonly BashVariable[];
  /** Names that are exported, and assigned elsewhere. */
  readonly exports: readonly string[];
}

/**
 * Reads a configuration file that was written to be sourced by bash: assignments, exports, quotes, comments, joined lines, and
 * references `$NAME` and `${NAME}`. Nothing is run.
 *
 * Guarantees: what is returned is what bash would assign, once the references are replaced; what is more than that is refused.
 * @throws {@link ConfigError} with every line that is more: a command, a substitution, a condition, a list, an addition, a default within a
 * reference, a name that stands twice, a reference to what is assigned only further down.
 */
export function parseBashConfig(text: string): BashConfig {
  const { config, refusals } = readBashConfig(parseOptions(z.string(), text, "parseBashConfig"));
  if (refusals.length === 0) return config;
  throw new ConfigError(refusals.map(({ line, reason }): ConfigIssue => ({ path: "", message: `line ${line}: ${reason}`, line })));
}

/** The same, with what was refused beside it. */
export function readBashConfig(text: string): { readonly config: BashConfig; readonly refusals: readonly BashRefusal[] } {
  const { statements, refusals } = readStatements(text);
  const assigned = statements.filter(isAssignment);
  const exported = new Set(statements.filter((statement) => statement.exported).map(({ name }) => name));
  const variables = assigned.map(({ name, parts, line }) => ({ name, parts: joined(parts), exported: exported.has(name), line }));
  const exports = [...exported].filter((name) => !assigned.some((other) => other.name === name));
  return { config: { variables, exports }, refusals: [...refusals, ...outOfOrder(assigned)].sort((one, other) => one.line - other.line) };
}

type Assignment = BashStatement & { readonly parts: readonly BashPart[] };

const isAssignment = (statement: BashStatement): statement is Assignment => statement.parts !== undefined;

/** Layers have one value for a name, whenever it is taken in. Where bash would see several, it is not said by one. */
function outOfOrder(assigned: BashStatements["statements"]): readonly BashRefusal[] {
  const lines = new Map<string, number>();
  for (const { name, line } of assigned) if (!lines.has(name)) lines.set(name, line);
  const seen = new Set<string>();
  return assigned.flatMap(({ name, parts = [], line }) => {
    const later = parts.find((part) => part.kind === "reference" && lines.has(part.name) && !seen.has(part.name));
    const isTwice = seen.has(name);
    seen.add(name);
    if (isTwice) return [{ line, reason: `${name} stands twice, first in line ${lines.get(name)}` }];
    if (later?.kind !== "reference") return [];
    return [{ line, reason: later.name === name ? `${name} takes in itself; write the whole value` : `${name} takes in ${later.name}, which is assigned only in line ${lines.get(later.name)}` }];
  });
}

function joined(parts: readonly BashPart[]): readonly BashPart[] {
  const merged: BashPart[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part.kind === "text" && last?.kind === "text") merged[merged.length - 1] = { kind: "text", text: last.text + part.text };
    else merged.push(part);
  }
  return merged.filter((part) => part.kind === "reference" || part.text !== "");
}
