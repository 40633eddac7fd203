import type { Dialect } from "./dialect.js";

/**
 * Lines that csh and tcsh run, as a file that is sourced.
 * @see tcsh(1), Lexical structure, History substitution, `backslash_quote`
 */
export const cshExports: Dialect = {
  title: "a csh script",
  refuse: (name) => (name === "SHLVL" ? { reason: "is counted by tcsh itself", nextStep: "choose another name" } : undefined),
  write: (name, value) => `setenv ${name} ${quoted(value)}\n`,
};

/**
 * History is substituted within every kind of quotes, and what a backslash means there depends on `backslash_quote`: both stand
 * outside of them. Only before a line break a backslash must stand inside.
 */
const quoted = (value: string): string => `'${value.replaceAll(/['!\\]/g, String.raw`'\$&'`).replaceAll("\n", "\\\n")}'`;
