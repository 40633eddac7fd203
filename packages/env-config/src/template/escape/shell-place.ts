/** Where in a script a place is: what quotes are open there. */
export type ShellPlace = { readonly kind: "bare" | "double" | "single" | "comment" } | { readonly kind: "unknown"; readonly reason: string };

type Open = "double" | "single" | "substitution" | "group" | "braces" | "backtick" | "arithmetic";

/** Reads a script from its beginning. What it cannot follow with certainty makes every later place unknown. @see POSIX.1-2017, Shell Command Language, 2.2, 2.3 */
export function shellPlace(script: string): ShellPlace {
  const open: Open[] = [];
  const rest = { text: script };
  let previous = "\n";
  while (rest.text !== "") {
    const { text } = rest;
    const isQuoted = open.at(-1) === "double" || (open.at(-1) === "braces" && open.includes("double"));
    const ended = isQuoted ? stepInQuotes(rest, open) : stepBare(rest, open, previous);
    if (ended !== undefined) return ended;
    // A blank behind a backslash divides no words, and a joined line is as if it were not there.
    if (!text.startsWith("\\\n")) previous = text.startsWith("\\") ? "\\" : text.charAt(text.length - rest.text.length - 1);
  }
  const [unclear] = open.flatMap((each) => unclearWithin[each] ?? []);
  if (unclear !== undefined) return { kind: "unknown", reason: `stands in ${unclear}` };
  const inner = open.at(-1);
  return { kind: inner === "double" || inner === "single" ? inner : "bare" };
}

const unclearWithin: Readonly<Partial<Record<Open, string>>> = { braces: "an expansion (${…})", backtick: "a command substitution (`…`); write $(…)", arithmetic: "arithmetic ($((…)) or ((…)))" };

const quotesInQuotes = "stands behind quotes in an expansion in quotes (\"${…'…'}\"), which shells read differently";

/** Takes what a pattern finds at the beginning. */
function takes(rest: { text: string }, pattern: RegExp): boolean {
  const found = pattern.exec(rest.text);
  if (found === null) return false;
  rest.text = rest.text.slice(found[0].length);
  return true;
}

const opening: readonly (readonly [RegExp, Open])[] = [[/^\$\(\(/, "arithmetic"], [/^\$\(/, "substitution"], [/^\$\{/, "braces"]];

function opens(rest: { text: string }, open: Open[]): boolean {
  const found = opening.find(([pattern]) => takes(rest, pattern));
  if (found !== undefined) open.push(found[1]);
  return found !== undefined;
}

function stepInQuotes(rest: { text: string }, open: Open[]): ShellPlace | undefined {
  if (open.at(-1) === "braces" && takes(rest, /^'/)) return { kind: "unknown", reason: quotesInQuotes };
  if (takes(rest, /^\$\[/)) return { kind: "unknown", reason: "stands behind $[…], which is arithmetic for bash alone; write $((…))" };
  if (takes(rest, /^[^\\"'$`}]+/) || takes(rest, /^\\[^]?/) || opens(rest, open)) return undefined;
  if (takes(rest, /^"/)) {
    if (open.at(-1) === "double") open.pop();
    else return { kind: "unknown", reason: quotesInQuotes };
  } else if (takes(rest, /^`/)) return { kind: "unknown", reason: "stands behind a command substitution (`…`) in quotes; write $(…)" };
  else if (takes(rest, /^\}/)) {
    if (open.at(-1) === "braces") open.pop();
  } else takes(rest, /^[^]/);
  return undefined;
}

function stepBare(rest: { text: string }, open: Open[], previous: string): ShellPlace | undefined {
  if (/[\s;&|()]/.test(previous) && open.at(-1) !== "braces" && takes(rest, /^#[^\n]*/)) return rest.text === "" ? { kind: "comment" } : undefined;
  if (takes(rest, /^<<</)) return undefined;
  if (takes(rest, /^<</) && open.at(-1) !== "arithmetic") return { kind: "unknown", reason: "stands behind a here-document; print the text with printf" };
  if (takes(rest, /^\$\[/)) return { kind: "unknown", reason: "stands behind $[…], which is arithmetic for bash alone; write $((…))" };
  if (takes(rest, /^\$'/)) return { kind: "unknown", reason: "stands behind $'…', which not every shell reads alike" };
  if (open.includes("substitution") && /[\s;(]/.test(previous) && takes(rest, /^case(?=\s)/)) return { kind: "unknown", reason: "stands behind a case within $(…); take it out of there" };
  if (takes(rest, /^\\[^]?/) || opens(rest, open)) return undefined;
  if (takes(rest, /^'/)) {
    if (!takes(rest, /^[^']*'/)) {
      rest.text = "";
      open.push("single");
    }
  } else if (takes(rest, /^"/)) open.push("double");
  else if (takes(rest, /^`/)) {
    if (open.at(-1) === "backtick") open.pop();
    else open.push("backtick");
  } else if (takes(rest, /^\(\(/)) open.push("arithmetic");
  else if (takes(rest, /^\(/)) open.push("group");
  else if (open.at(-1) === "arithmetic" && takes(rest, /^\)\)/)) open.pop();
  else if (takes(rest, /^\)/)) {
    if (open.at(-1) === "group" || open.at(-1) === "substitution") open.pop();
  } else if (takes(rest, /^\}/)) {
    if (open.at(-1) === "braces") open.pop();
  } else takes(rest, /^[^]/);
  return undefined;
}
