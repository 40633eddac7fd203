/**
 * Text that the shell expands where it stands. The only way to reach the shell unquoted: made by {@link raw},
 * {@link expand} and {@link sh}.
 */
export interface ShellExpression {
  readonly shell: string;
}

/** A word of a command. A plain string always arrives literally. */
export type Word = string | ShellExpression;

/**
 * Hands text to the shell as it is, unquoted: it may expand to no word or to several.
 * For a value from a variable prefer {@link expand}, which always stays one word.
 */
export const raw = (shell: string): ShellExpression => ({ shell });

/** An equals sign is left bare only in an option: at the start of a command it would make an assignment. */
const plain = /^(?:[\w@%+:,./-]+|-[\w@%+:,./=-]*)$/;
const reserved = /^(?:case|do|done|elif|else|esac|fi|for|function|if|in|select|then|time|until|while|coproc)$/;

/**
 * Quotes one word for POSIX sh.
 *
 * Guarantees: sh, dash and bash read back exactly `word`, in any position of a command. A carriage return never stands right before a line break: sbatch
 * refuses a script in which one does, wherever.
 * @throws RangeError if the word holds a NUL character, which no process can receive; TypeError if it is no word.
 * @see POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes, 2.4 Reserved Words
 */
export function quote(word: Word): string {
  if (typeof word !== "string") return shellOf(word);
  if (word.includes("\0")) throw new RangeError("a word of a command cannot hold a NUL character");
  return plain.test(word) && !reserved.test(word) ? word : `'${word.replaceAll("'", `'\\''`).replaceAll("\r\n", "\r''\n")}'`;
}

/** What is no word, as programs in plain JavaScript may have it, must not become nothing. */
function shellOf(word: unknown): string {
  if (typeof word === "object" && word !== null && "shell" in word && typeof word.shell === "string") return word.shell;
  throw new TypeError(`a word of a command is a text or an expression, not ${String(word)}`);
}

/** One command as the shell reads it. */
export const commandLine = (words: readonly Word[]): string => words.map(quote).join(" ");

/**
 * Joins parts to one word: strings stay literal, expressions are expanded.
 * @example `joinWords("--scratch=", expand("$SLURM_TMPDIR"))`
 */
export function joinWords(...parts: readonly Word[]): Word {
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  return raw(parts.map(quote).join(""));
}

const reference = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})|\$/g;

/**
 * A word with variables in it: `$NAME` and `${NAME}` are expanded where the word is used, all else is literal.
 *
 * Guarantees: one word whatever the values hold; nothing is executed; a variable that is unset or empty there ends the
 * script with an error, so that `$SCRATCH/run` never becomes `/run`.
 * @throws RangeError on a `$` that does not begin the name of a variable.
 * @see POSIX.1-2017, Shell Command Language, 2.6.2 Parameter Expansion, `${parameter:?}`
 */
export function expand(template: string): ShellExpression {
  const parts: Word[] = [];
  let end = 0;
  for (const match of template.matchAll(reference)) {
    const name = match[1] ?? match[2];
    if (name === undefined) throw new RangeError(`expand(${JSON.stringify(template)}): "$" must begin the name of a variable`);
    if (match.index > end) parts.push(template.slice(end, match.index));
    parts.push(raw(`"\${${name}:?}"`));
    end = match.index + match[0].length;
  }
  if (end < template.length || parts.length === 0) parts.push(template.slice(end));
  return raw(parts.map(quote).join(""));
}
