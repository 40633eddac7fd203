import { refused, text, type Escape, type Escaped } from "./escape.js";
import { settingBefore } from "./setting-before.js";

/** A value in a file of sections and `name = value` lines, which has no escapes. */
export const escapeIni: Escape = (value, { before }) => inLine(String(value), before);

/** A value that stands there as it is, or why it cannot. */
export function inLine(value: string, before: string): Escaped {
  const { line, isComment } = settingBefore(before);
  if (/[\n\r]/.test(value)) return refused("holds a line break, which ends the setting");
  if (isComment) return text(value);
  if (/^\s*\[/.test(line)) return /^[\w.:@ -]*$/.test(value) ? text(value) : refused("holds what could end the name of a section; take letters, digits and . : @ _ -");
  if (!/[=:]/.test(line)) return /^[\w.-]+$/.test(value) ? text(value) : refused("stands where a name is expected; take letters, digits and . _ -");
  if (/^\s|\s$/.test(value)) return refused("begins or ends with a blank, which is taken off");
  if (/[\s\p{Cc}][#;]/u.test(line.slice(-1) + value)) return refused("holds ; or # after a blank, where a comment would begin");
  return text(value);
}
