import { commandLine, quote, raw, type ShellExpression, type Word } from "./word.js";

/** What may stand in a {@link sh} template: text is quoted, a list becomes words, an expression is inserted as it is. */
export type ShellValue = Word | number | readonly Word[];

/**
 * Shell text with its values quoted: the one way in which this project writes scripts.
 * The indentation that all lines share is dropped.
 *
 * @example
 * sh`mkdir -p -- ${folder} && cd -- ${folder}`.shell // mkdir -p -- '/a b' && cd -- '/a b'
 */
export function sh(literals: TemplateStringsArray, ...values: readonly ShellValue[]): ShellExpression {
  const texts = textsOf(literals);
  return raw(texts.map((text, index) => text + renderValue(values[index])).join(""));
}

/** Joins pieces of script, one below the other; empty ones are left out. */
export const lines = (...pieces: readonly (ShellExpression | undefined)[]): ShellExpression =>
  raw(pieces.flatMap((piece) => (piece === undefined || piece.shell === "" ? [] : [piece.shell])).join("\n"));

function renderValue(value: ShellValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  return isWord(value) ? quote(value) : commandLine(value);
}

const isWord = (value: Word | readonly Word[]): value is Word => !Array.isArray(value);

/** A template is the same object each time, and one is written for each of thousands of jobs. */
const known = new WeakMap<TemplateStringsArray, readonly string[]>();

function textsOf(literals: TemplateStringsArray): readonly string[] {
  const texts = known.get(literals) ?? withoutSharedIndent(literals.raw);
  known.set(literals, texts);
  return texts;
}

function withoutSharedIndent(literals: readonly string[]): readonly string[] {
  // A backtick or "${" must be escaped in a template; every other backslash belongs to the shell.
  const texts = literals.map((text) => text.replaceAll(/\\([`$])/g, "$1"));
  const indents = texts.flatMap((text) => [...text.matchAll(/\n([ \t]*)(?=[^\s])/g)].map((match) => match[1]?.length ?? 0));
  const shared = indents.length === 0 ? 0 : Math.min(...indents);
  const dedented = texts.map((text) => text.replaceAll(new RegExp(`\\n[ \\t]{0,${shared}}`, "g"), "\n"));
  return dedented.map((text, index) => {
    const started = index === 0 ? text.replace(/^\n/, "") : text;
    return index === dedented.length - 1 ? started.replace(/\n[ \t]*$/, "") : started;
  });
}
