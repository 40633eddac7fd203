import { isKeptByShells } from "@hpckit/core";
import { NotAnAssignment, scanWord, special, take, type BashPart, type Cursor } from "./scan-word.js";

/** `NAME=value`; without parts `export NAME` alone. */
export interface BashStatement {
  readonly name: string;
  readonly parts: readonly BashPart[] | undefined;
  readonly exported: boolean;
  /** From 1: where it begins. */
  readonly line: number;
}

/** What cannot be read as data, and in which line. */
export interface BashRefusal {
  readonly line: number;
  readonly reason: string;
}

export interface BashStatements {
  readonly statements: readonly BashStatement[];
  readonly refusals: readonly BashRefusal[];
}

const lineOf = ({ text, at }: Cursor): number => text.slice(0, at).split("\n").length;

/** Splits a text into its assignments and exports. After what is refused it goes on in the next line. */
export function readStatements(text: string): BashStatements {
  const cursor: Cursor = { text, at: 0 };
  const statements: BashStatement[] = [];
  const refusals: BashRefusal[] = [];
  while (cursor.at < text.length) {
    const line = lineOf(cursor);
    try {
      statements.push(...readCommand(cursor));
      endCommand(cursor);
    } catch (error) {
      if (!(error instanceof NotAnAssignment)) throw error;
      refusals.push({ line, reason: error.message });
      take(cursor, /[^\n]*\n?/y);
    }
  }
  return { statements, refusals };
}

/** Blanks, and lines that are joined. */
const skipBlanks = (cursor: Cursor): unknown => take(cursor, /(?:[ \t]|\\\n)+/y);

function endCommand(cursor: Cursor): void {
  take(cursor, /#[^\n]*/y);
  if (take(cursor, /\n|;(?!;)/y) === undefined && cursor.at < cursor.text.length) throw new NotAnAssignment("a ; with nothing before it");
}

/** Every assignment or name of one command; none in an empty or commented line. */
function readCommand(cursor: Cursor): readonly BashStatement[] {
  skipBlanks(cursor);
  const isExport = take(cursor, /export(?=[ \t\n;]|\\\n|$)/y) !== undefined;
  const found: BashStatement[] = [];
  for (skipBlanks(cursor); !/[\n;#]|$/y.test(cursor.text.slice(cursor.at, cursor.at + 1)); skipBlanks(cursor)) found.push(readWord(cursor, isExport));
  if (found.length === 0 && isExport) throw new NotAnAssignment("an export without a name, which prints variables");
  if (found.length === 0 && cursor.text.charAt(cursor.at) === ";") throw new NotAnAssignment("a ; with nothing before it");
  return found;
}

function readWord(cursor: Cursor, exported: boolean): BashStatement {
  const line = lineOf(cursor);
  const start = take(cursor, /[A-Za-z_]\w*=/y);
  const name = start?.slice(0, -1) ?? (exported ? take(cursor, /[A-Za-z_]\w*(?=[ \t\n;]|\\\n|$)/y) : undefined);
  if (name === undefined) throw new NotAnAssignment(whatElse(cursor, exported));
  if (isKeptByShells(name)) throw new NotAnAssignment(`an assignment to ${name}, which bash keeps for itself`);
  if (start === undefined) return { name, parts: undefined, exported, line };
  const parts = scanWord(cursor);
  const own = parts.find((part) => part.kind === "reference" && isKeptByShells(part.name));
  if (own?.kind === "reference") throw new NotAnAssignment(`a reference to ${own.name}, whose value only a running bash knows`);
  return { name, parts, exported, line };
}

/** What stands where an assignment was expected, told by its first word and nothing more: the rest may be a secret. */
function whatElse(cursor: Cursor, exported: boolean): string {
  const word = /[^\s;=]*/y;
  word.lastIndex = cursor.at;
  const [first = ""] = word.exec(cursor.text) ?? [];
  if (/^[A-Za-z_]\w*\+$/.test(first)) return "an addition (+=); write the whole value";
  if (/^[A-Za-z_]\w*\[/.test(first)) return "a list";
  if (exported) return first.startsWith("-") ? "an option of export" : "export takes NAME or NAME=value";
  if (/^(?:source|\.)$/.test(first)) return "it sources another file; make that a layer of its own";
  if (/^(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|select|function|\{|\}|\(|\[|\[\[|test)$/.test(first)) return "a condition, a loop or a function";
  if (/^(?:declare|typeset|readonly|local|unset|set|shopt|alias)$/.test(first)) return `${first}: only NAME=value and export are read`;
  return special[first.charAt(0)] ?? "a command; only NAME=value and export are read, and nothing is run";
}
