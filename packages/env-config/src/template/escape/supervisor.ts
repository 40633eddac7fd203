import { inLine } from "./ini.js";
import { refused, text, type Escape, type Escaped } from "./escape.js";
import { settingBefore } from "./setting-before.js";

/**
 * A value where `%` begins an expansion: supervisord, and Python's ConfigParser. In `command=` it is one word, or a part of one.
 * @see Supervisor's manual, File Format
 */
export const escapeSupervisor: Escape = (value, { before }) => {
  const given = String(value);
  // It is replaced in included files before anything else, also where its % is doubled (4.3.0).
  if (given.includes("%(here)s")) return refused("holds %(here)s, which supervisord replaces however it is written");
  const { section, line, isComment } = settingBefore(before);
  const key = isComment ? undefined : /^\s*(\w+)\s*=/.exec(line)?.[1];
  const start = line.slice(line.indexOf("=") + 1);
  const written = key === "environment" ? inEnvironment(given, start) : key === "command" ? inCommand(given, start, before) : inLine(given, before);
  return written.kind === "refused" ? written : text(written.text.replaceAll("%", isExpandedTwice(key, section) ? "%%%%" : "%%"));
};

/** Seen with 4.3.0. */
const isExpandedTwice = (key: string | undefined, section: string): boolean => (key === "environment" && section === "supervisord") || key === "stdout_logfile" || key === "stderr_logfile";

function inCommand(value: string, start: string, before: string): Escaped {
  const word = asWord(value, start);
  return word.kind === "refused" ? word : inLine(word.text, before);
}

/** supervisord splits a command like a shell, without expansions. @param start - of the command. */
function asWord(value: string, start: string): Escaped {
  const quote = openQuote(start);
  if (quote === '"') return text(value.replaceAll(/["\\]/g, String.raw`\$&`));
  if (quote === "'") return value.includes("'") ? refused("holds a quote within single quotes; take double ones") : text(value);
  return text(/^[\w@%+:,./=-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`);
}

/** @param start - of the setting. */
function inEnvironment(value: string, start: string): Escaped {
  if (openQuote(start) === undefined) return refused("stands in environment= without quotes; put it in double quotes, or give { verbatim: renderVariables(…) }");
  if (/["']/.test(value)) return refused("holds a quote, which environment= cannot say within quotes");
  const escaped = inLine(`"${value}"`, "environment=");
  return escaped.kind === "refused" ? escaped : text(value);
}

function openQuote(line: string): string | undefined {
  let open: string | undefined;
  for (const character of line.replaceAll(/\\./gs, "")) {
    if (open === undefined && (character === '"' || character === "'")) open = character;
    else if (character === open) open = undefined;
  }
  return open;
}
