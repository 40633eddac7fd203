/** Where in a file a place is: where a value may begin, beside other text, or within quotes, a comment or a block. */
export interface YamlPlace {
  readonly kind: "value" | "beside" | "double" | "single" | "comment" | "block";
  /** Within `[…]` or `{…}`. */
  readonly inFlow: boolean;
}

interface Reading {
  /** Open brackets. */
  depth: number;
  quote: "double" | "single" | undefined;
  /** A value has begun, and nothing since has ended it. */
  inValue: boolean;
  /** Of the last name or dash: what stands deeper belongs to it. */
  column: number;
  /** Quotes went on in a line that does not stand deeper: readers differ in what comes then. */
  isBroken: boolean;
  /** Column of the name or dash of an open block. */
  block: number | undefined;
}

/** Reads a file from its beginning. @see YAML 1.2.2, 7.3.3 Plain Style, 8.1 Block Scalar Styles */
export function yamlPlace(before: string): YamlPlace {
  const reading: Reading = { depth: 0, quote: undefined, inValue: false, column: -1, isBroken: false, block: undefined };
  let kind: YamlPlace["kind"] = "beside";
  const lines = before.split("\n");
  for (const [index, line] of lines.entries()) kind = readLine(line, index === lines.length - 1, reading);
  return { kind, inFlow: reading.depth > 0 };
}

/** The place itself stands at the end of the last one. */
function readLine(line: string, isLast: boolean, reading: Reading): YamlPlace["kind"] {
  const indent = line.search(/[^ ]|$/);
  if (reading.quote !== undefined && reading.depth === 0 && indent <= reading.column && (isLast || line.trim() !== "")) reading.isBroken = true;
  if (reading.isBroken) return "beside";
  if (reading.quote !== undefined || reading.depth > 0) return readValue(line, reading);
  if (reading.block !== undefined && (indent > reading.block || line.trim() === "")) return "block";
  reading.block = undefined;
  if (/^[ \t]*#/.test(line)) return "comment";
  if (line.trim() === "") return "beside";
  // The next line of a text without quotes.
  if (reading.inValue && indent > reading.column) return /[ \t]#/.test(line) ? "comment" : "beside";
  reading.inValue = false;
  const rest = line.slice(readNames(line, indent, reading));
  if (rest === "") return /[ \t]$/.test(line) ? "value" : "beside";
  if (!/^[|>][-+\d]*[ \t]*(?:#.*)?$/.test(rest)) return readValue(rest, reading);
  reading.block = reading.column;
  return "beside";
}

const dash = /[-?:](?:[ \t]+|$)/y;
const name = /(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|(?:[^\s"'[\]{}#&*!|>%@`,?:-]|[?:-](?=[^ \t]))(?:(?!:(?:[ \t]|$)|[ \t]#).)*?)[ \t]*:(?:[ \t]+|$)/y;
const property = /[&!]\S*[ \t]+/y;

/** @returns where the value behind all dashes, names, tags and anchors of a line begins. */
function readNames(line: string, indent: number, reading: Reading): number {
  let at = /^---(?:[ \t]+|$)/.exec(line)?.[0].length ?? indent;
  reading.column = -1;
  let isNamed = false;
  let entry = at; // An anchor of a name stands where the name would.
  const takes = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const length = pattern.exec(line)?.[0].length ?? 0;
    at += length;
    return length > 0;
  };
  for (;;) {
    if (!isNamed && (takes(dash) || (isNamed = takes(name)))) {
      reading.column = entry;
      entry = at;
    } else if (!takes(property)) return at;
  }
}

function readValue(text: string, reading: Reading): YamlPlace["kind"] {
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (reading.quote === "double") {
      if (character === "\\") at++;
      else if (character === '"') reading.quote = undefined;
    } else if (reading.quote === "single") {
      if (character !== "'") continue;
      if (text.charAt(at + 1) === "'") at++;
      else reading.quote = undefined;
    } else if (character === "#" && /^$|[ \t]$/.test(text.slice(0, at))) return "comment";
    else readPlain(character, text.slice(at + 1), reading);
  }
  if (reading.quote !== undefined) return reading.quote;
  return !reading.inValue && reading.depth > 0 && /^$|[ \t[{,]$|["']:$/.test(text) ? "value" : "beside";
}

/** One character that is neither quoted nor in a comment. */
function readPlain(character: string, rest: string, reading: Reading): void {
  if (reading.depth > 0 && (character === "," || (character === ":" && /^$|^[ \t"'[{]/.test(rest)))) reading.inValue = false;
  else if (reading.depth > 0 && /[\]}]/.test(character)) {
    reading.depth--;
    reading.inValue = true;
  } else if (!reading.inValue && /[[{]/.test(character)) reading.depth++;
  else if (!reading.inValue && /["']/.test(character)) {
    reading.quote = character === '"' ? "double" : "single";
    reading.inValue = true;
  } else if (!/[ \t]/.test(character)) reading.inValue = true;
}
