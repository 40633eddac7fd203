/**
 * Quotes text as one word of csh and tcsh.
 *
 * Guarantees: tcsh reads back exactly `text`, in a script and in a file that is sourced.
 * @throws RangeError for a NUL character.
 * @see tcsh(1), Lexical structure: "!" is looked for inside single quotes too, and a line break there needs a backslash
 */
export function quoteCsh(text: string): string {
  refuseNul(text);
  return `'${text.replaceAll("'", `'\\''`).replaceAll("!", "\\!").replaceAll("\n", "\\\n")}'`;
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
