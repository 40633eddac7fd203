import { lineAround, refused, text, type Escape, type Escaped, type Place } from "./escape.js";

/** Settings that take words in quotes, with escapes as in C. */
const words = /^(?:Exec\w+|Environment|PassEnvironment|UnsetEnvironment)$/;
/** Settings in which `%` begins a specifier. */
const withSpecifiers = /^(?:Description|Documentation|WorkingDirectory|RootDirectory|EnvironmentFile|Standard(?:Input|Output|Error)|SyslogIdentifier|PIDFile|User|Group|Slice|(?:Runtime|State|Cache|Logs|Configuration)Directory|(?:ReadWrite|ReadOnly|Inaccessible|Bind|BindReadOnly)Paths|(?:Condition|Assert)\w+|After|Before|Requires|Wants|BindsTo|PartOf|WantedBy|RequiredBy|Also|Alias)$/;
/** Settings that are split at blanks. */
const lists = /^(?:Documentation|(?:Runtime|State|Cache|Logs|Configuration)Directory|\w+Paths|SupplementaryGroups|After|Before|Requires|Requisite|Wants|Upholds|BindsTo|PartOf|Conflicts|On(?:Failure|Success)|WantedBy|RequiredBy|Also|Alias)$/;
/** Of these, those in which a colon divides an entry. */
const withColons = /(?:Paths|Directory)$/;

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
  const command = isCommand ? commandBefore(line.slice(line.indexOf("=") + 1)) : undefined;
  if (isCommand && /=[-@:+!|\s]*$/.test(line) && /^\s*\w+\s*=[^=]*$/.test(line) && !given.startsWith("/")) return refused("stands for the program, which is an absolute path");
  if (command !== undefined && isProgram(command) && /[\p{Cc}"'\\]/u.test(given)) return refused("holds a quote, a backslash or a control character, which systemd refuses in the path of a program");
  if (given === "" && /\s$/.test(line) && /^(?:\s|$)/.test(after)) return text('""');
  const escaped = given.replaceAll(/[^\w./:=@+,\x80-\u{10ffff}$%-]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`).replaceAll("%", "%%");
  return text(command !== undefined && takesVariables(command) ? escaped.replaceAll("$", "$$$$") : escaped.replaceAll("$", String.raw`\x24`));
}

/** Behind a semicolon that is a word of its own a further command begins. */
function commandBefore(start: string): string {
  const [, outside = "", inQuotes = ""] = /^([^"']*)(.*)$/s.exec(start.replaceAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, "x")) ?? [];
  return `${outside.split(/\s;\s/).at(-1)}${inQuotes}`;
}

/** Whether a place is in the first word of a command, which it ends. */
const isProgram = (command: string): boolean => /^\s*(?:"[^"]*|'[^']*|[^\s"']*)$/.test(command);

/** Every word of a command but the program takes variables in, unless a colon stands before that. */
const takesVariables = (command: string): boolean => !isProgram(command) && !/^\s*["']?[-@+!|]*:/.test(command);

function asSetting(given: string, key: string, { before, after }: Place): Escaped {
  if (/[^\P{Cc}\t]/u.test(given)) return refused("holds a line break or a control character");
  if (/\\$/.test(given)) return refused("ends with a backslash, which would join the next line");
  if ((/^\s/.test(given) && before.trim() === "") || (/\s$/.test(given) && after.trim() === "")) return refused("begins or ends with a blank, which systemd takes off");
  if (lists.test(key) && (withColons.test(key) ? /[\s"'\\:]/ : /[\s"'\\]/).test(given)) return refused(`holds what would divide or change an entry of ${key}=: a blank, a quote, a backslash${withColons.test(key) ? " or a colon" : ""}`);
  if (given.includes("%") && !withSpecifiers.test(key)) return refused(`holds %, and whether ${key}= takes it for a specifier is not known here`);
  return text(given.replaceAll("%", "%%"));
}
