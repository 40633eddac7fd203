import { lineAround, refused, text, type Escape, type Escaped, type Place } from "./escape.js";

/** A value in a file of sections and `name = value` lines, which has no escapes. */
export const escapeIni: Escape = (value, place) => inLine(String(value), lineAround(place));

/** The same where `%` begins an expansion: supervisord, and Python's ConfigParser. In `command=` a value is one word, or a part of one. @see Supervisor's manual, File Format */
export const escapeSupervisor: Escape = (value, place) => {
  const around = lineAround(place);
  const key = /^\s*(\w+)\s*=/.exec(around.before)?.[1];
  if (key === "environment") return inEnvironment(String(value), around);
  const word = key === "command" ? asWord(String(value), around) : text(String(value));
  const escaped = word.kind === "refused" ? word : inLine(word.text, around);
  return escaped.kind === "refused" ? escaped : text(escaped.text.replaceAll("%", "%%"));
};

function inLine(value: string, { before }: Place): Escaped {
  if (/[\n\r]/.test(value)) return refused("holds a line break, which ends the setting");
  if (/^\s*[#;]/.test(before)) return text(value);
  if (/^\s*\[/.test(before)) return /^[\w.:@ -]*$/.test(value) ? text(value) : refused("holds what could end the name of a section; take letters, digits and . : @ _ -");
  if (!/[=:]/.test(before) && !/^\s+/.test(before)) return /^[\w.-]+$/.test(value) ? text(value) : refused("stands where a name is expected; take letters, digits and . _ -");
  if (/^\s|\s$/.test(value)) return refused("begins or ends with a blank, which is taken off");
  if (/[\s\p{Cc}][#;]/u.test(before.slice(-1) + value)) return refused("holds ; or # after a blank, where a comment would begin");
  return text(value);
}

/** supervisord splits a command like a shell, without expansions. */
function asWord(value: string, { before }: Place): Escaped {
  const quote = openQuote(before.slice(before.indexOf("=") + 1));
  if (quote === '"') return text(value.replaceAll(/["\\]/g, String.raw`\$&`));
  if (quote === "'") return value.includes("'") ? refused("holds a quote within single quotes; take double ones") : text(value);
  return text(/^[\w@%+:,./=-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`);
}

function inEnvironment(value: string, { before }: Place): Escaped {
  const quote = openQuote(before.slice(before.indexOf("=") + 1));
  if (quote === undefined) return refused("stands in environment= without quotes; put it in double quotes, or give { verbatim: renderVariables(…) }");
  if (/["']/.test(value)) return refused("holds a quote, which environment= cannot say within quotes");
  const escaped = inLine(value, { before: "=", after: "" });
  return escaped.kind === "refused" && !/^\s|\s$/.test(value) ? escaped : text(value.replaceAll("%", "%%"));
}

function openQuote(line: string): string | undefined {
  let open: string | undefined;
  for (const character of line.replaceAll(/\\./g, "")) {
    if (open === undefined && (character === '"' || character === "'")) open = character;
    else if (character === open) open = undefined;
  }
  return open;
}
