/**
 * Quotes text as one word of csh and tcsh.
 *
 * Guarantees: tcsh reads back exactly `text`, in a script and in a file that is sourced, whether its `backslash_quote` is set or not.
 * History is substituted within every kind of quotes, and what a backslash means there depends on that setting: both stand outside of them.
 * Only before a line break a backslash must stand inside.
 * @throws RangeError for a NUL character.
 * @see tcsh(1), Lexical structure, History substitution, `backslash_quote`
 */
export function quoteCsh(text: string): string {
  refuseNul(text);
  return `'${text.replaceAll(/['!\\]/g, String.raw`'\$&'`).replaceAll("\n", "\\\n")}'`;
}

/**
 * Quotes text as one word of fish.
 *
 * Guarantees: fish reads back exactly `text`.
 * @throws RangeError for a NUL character.
 * @see fish-language, Quotes: between single quotes a backslash is special before a single quote and a backslash
 */
export function quoteFish(text: string): string {
  refuseNul(text);
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

function refuseNul(text: string): void {
  if (text.includes("\0")) throw new RangeError("a word of a command cannot hold a NUL character");
}
