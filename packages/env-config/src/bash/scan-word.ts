/** A piece of a value: text, or a variable whose value is taken in. */
export type BashPart = { readonly kind: "text"; readonly text: string } | { readonly kind: "reference"; readonly name: string };

/** A place in a text, which moves on. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** Something that is more than an assignment. Said with its line, once. */
export class NotAnAssignment extends Error {}

/** Reads what a pattern (sticky) finds here, and moves behind it. */
export function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

const refuse = (reason: string): never => {
  throw new NotAnAssignment(reason);
};

/** What bash gives a meaning of its own where it is not in quotes. */
export const special: Readonly<Record<string, string>> = {
  "`": "a command substitution (`…`)",
  "(": "a ( that is not in quotes: a list or a subshell",
  ")": "a ) that is not in quotes",
  "<": "a redirection (<)",
  ">": "a redirection (>)",
  "|": "a pipe (|)",
  "&": "a & that is not in quotes: another command",
  "{": "a { that is not in quotes, which bash may expand; put the value in quotes",
  "}": "a } that is not in quotes, which bash may expand; put the value in quotes",
  "~": "a ~ that is not in quotes, which bash may expand; write $HOME, or put the value in quotes",
  "\r": "a carriage return: the file has the line ends of Windows; convert them",
  "\0": "a NUL character",
};

/** Reads one word as bash does, up to a blank, a line break or a semicolon; nothing is expanded. */
export function scanWord(cursor: Cursor): readonly BashPart[] {
  const parts: BashPart[] = [];
  for (;;) {
    const plain = take(cursor, /[^\s;\\'"$`(){}<>|&~\0]+|[\v\f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+/y);
    if (plain !== undefined) parts.push({ kind: "text", text: plain });
    else if (take(cursor, /'/y) !== undefined) parts.push({ kind: "text", text: quoted(cursor, "'") });
    else if (take(cursor, /"/y) !== undefined) parts.push(...scanDoubleQuotes(cursor));
    else if (take(cursor, /\$/y) !== undefined) parts.push(scanDollar(cursor, { inQuotes: false }));
    else if (take(cursor, /\\/y) !== undefined) parts.push({ kind: "text", text: escaped(cursor) });
    else if (/[ \t\n;]|$/y.test(cursor.text.slice(cursor.at, cursor.at + 1))) return parts;
    else refuse(special[cursor.text.charAt(cursor.at)] ?? "a character that bash may expand");
  }
}

function quoted(cursor: Cursor, quote: string): string {
  const end = cursor.text.indexOf(quote, cursor.at);
  if (end === -1) refuse(`the quote ${quote} is not closed`);
  const text = cursor.text.slice(cursor.at, end);
  if (text.includes("\0")) refuse("a NUL character");
  cursor.at = end + 1;
  return text;
}

/** A backslash before a line break joins the lines. */
function escaped(cursor: Cursor): string {
  const next = take(cursor, /[^\r\0]/y) ?? refuse("a backslash before the end of the file, or before a carriage return");
  return next === "\n" ? "" : next;
}

function scanDoubleQuotes(cursor: Cursor): readonly BashPart[] {
  const parts: BashPart[] = [{ kind: "text", text: "" }];
  for (;;) {
    const plain = take(cursor, /[^"\\$`\0]+/y);
    if (plain !== undefined) parts.push({ kind: "text", text: plain });
    else if (take(cursor, /"/y) !== undefined) return parts;
    else if (take(cursor, /\$/y) !== undefined) parts.push(scanDollar(cursor, { inQuotes: true }));
    else if (take(cursor, /\\\n/y) !== undefined) continue;
    else if (take(cursor, /\\(?=[$`"\\])/y) !== undefined) parts.push({ kind: "text", text: take(cursor, /[^]/y) ?? "" });
    else if (take(cursor, /\\/y) !== undefined) parts.push({ kind: "text", text: "\\" });
    else refuse(special[cursor.text.charAt(cursor.at)] ?? 'the quote " is not closed');
  }
}

/** What follows a `$`: a reference, or nothing that bash would expand. */
function scanDollar(cursor: Cursor, { inQuotes }: { readonly inQuotes: boolean }): BashPart {
  const name = take(cursor, /[A-Za-z_]\w*|\{[A-Za-z_]\w*\}/y);
  if (take(cursor, /\\\n/y) !== undefined) refuse("lines that are joined within or right behind a reference");
  if (name !== undefined) return { kind: "reference", name: name.replaceAll(/[{}]/g, "") };
  if (take(cursor, /\(\(|\[/y) !== undefined) refuse("arithmetic ($((…)))");
  if (take(cursor, /\(/y) !== undefined) refuse("a command substitution ($(…))");
  if (take(cursor, /\{[A-Za-z_]\w*:?[-=]/y) !== undefined) refuse("a default within a reference; write the default in an earlier layer");
  if (take(cursor, /\{/y) !== undefined) refuse("an operation within a reference; only ${NAME} is read");
  if (take(cursor, /[\d@*#?$!-]/y) !== undefined) refuse("a parameter of the shell itself ($1, $@, $$ …)");
  if (!inQuotes && take(cursor, /['"]/y) !== undefined) refuse("a quote with a $ before it; write plain quotes");
  return { kind: "text", text: "$" };
}
