import { lineAround, refused, text, type Escape, type Escaped, type Place } from "./escape.js";

/** Settings that take words in quotes, with escapes as in C. */
const words = /^(?:Exec\w+|Environment|PassEnvironment|UnsetEnvironment)$/;
/** Settings in which `%` begins a specifier. */
const withSpecifiers = /^(?:Description|Documentation|WorkingDirectory|RootDirectory|EnvironmentFile|Standard(?:Input|Output|Error)|SyslogIdentifier|PIDFile|User|Group|Slice|(?:Runtime|State|Cache|Logs|Configuration)Directory|(?:ReadWrite|ReadOnly|Inaccessible|Bind|BindReadOnly)Paths|(?:Condition|Assert)\w+|After|Before|Requires|Wants|BindsTo|PartOf|WantedBy|RequiredBy|Also|Alias)$/;

/** A value in a unit file. @see systemd.syntax(7), systemd.unit(5), Specifiers; systemd.service(5), Command Lines */
export const escapeSystemd: Escape = (value, place) => {
  const given = String(value);
  const around = lineAround(place);
  if (/\p{Noncharacter_Code_Point}/u.test(given)) return refused("holds a code point that is no character, which systemd does not read");
  const line = joinedLine(place.before);
  if (/^\s*[#;]/.test(around.before)) return /[\n\r]/.test(given) || given.endsWith("\\") ? refused("holds what would end the comment") : text(given);
  const key = /^\s*(\w+)\s*=/.exec(line)?.[1];
  if (key === undefined) return /^[\w.@:-]+$/.test(given) ? text(given) : refused("stands where a name is expected; take letters, digits and . @ : _ -");
  return words.test(key) ? asWord(given, { key, line, after: around.after }) : asSetting(given, key, { before: line.slice(line.indexOf("=") + 1), after: around.after });
};

/** With the lines before it that a backslash joins to it. */
const joinedLine = (before: string): string => before.replaceAll(/\\\n/g, " ").split("\n").at(-1) ?? "";

/** Every character that could mean something by its number: it is taken back after words are split. */
function asWord(given: string, { key, line, after }: { readonly key: string; readonly line: string; readonly after: string }): Escaped {
  const isCommand = key.startsWith("Exec");
  if (isCommand && /=[-@:+!|\s]*$/.test(line) && /^\s*\w+\s*=[^=]*$/.test(line) && !given.startsWith("/")) return refused("stands for the program, which is an absolute path");
  if (given === "" && /\s$/.test(line) && /^(?:\s|$)/.test(after)) return text('""');
  const escaped = given.replaceAll(/[^\w./:=@+,\x80-\u{10ffff}$%-]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`).replaceAll("%", "%%");
  return text(isCommand ? escaped.replaceAll("$", "$$$$") : escaped.replaceAll("$", String.raw`\x24`));
}

function asSetting(given: string, key: string, { before, after }: Place): Escaped {
  if (/[^\P{Cc}\t]/u.test(given)) return refused("holds a line break or a control character");
  if (/\\$/.test(given)) return refused("ends with a backslash, which would join the next line");
  if ((/^\s/.test(given) && before.trim() === "") || (/\s$/.test(given) && after.trim() === "")) return refused("begins or ends with a blank, which systemd takes off");
  if (given.includes("%") && !withSpecifiers.test(key)) return refused(`holds %, and whether ${key}= takes it for a specifier is not known here`);
  return text(given.replaceAll("%", "%%"));
}
