import type { OptionsIssue } from "@hpckit/core";

export interface EnvFileCheck {
  /** Lines that the engine would read as something else, or lose. */
  readonly issues: readonly OptionsIssue[];
  /** Names whose values arrive only with `--no-eval`: without it a second shell reads them, inside. */
  readonly evaluatedTwice: readonly string[];
}

const assignment = /^(?:export )?([A-Za-z_]\w*)=(.*)$/;
const plain = /^[\w@%+:,./-]*$/;
const singleQuoted = /^'[^']*'$/;
const doubleQuoted = /^"[^"$`\\]*"$/;

/** Names that do not come in by a file: the shell that reads it, or the engine's start-up inside, has them for itself (tried on 1.4.5). */
const lost = /^(?:UID|EUID|GID|HOME|IFS|PWD|OPTIND|e|key)$/;

/**
 * Checks the text of an environment file before the engine runs it as shell on the host.
 *
 * Taken are lines of `NAME=value`, with the value plain, in single quotes, or in double quotes with nothing in it that a
 * shell expands. All else is an issue: this is a check, and guesses nothing.
 * @see Apptainer, `--env-file`: a variable before `&` is lost, `A=a b` fails, a byte order mark is fatal (1.4.5)
 */
export function checkEnvFile(text: string): EnvFileCheck {
  const issues: OptionsIssue[] = [];
  const evaluatedTwice: string[] = [];
  if (text.startsWith("\uFEFF")) issues.push({ path: "line 1", message: "a byte order mark stands before it: save the file without" });
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, name, value = ""] = assignment.exec(line) ?? [];
    if (name === undefined) issues.push({ path: `line ${index + 1}`, message: "is no NAME=value" });
    else if (lost.test(name)) issues.push({ path: `line ${index + 1}`, message: `${name} does not come in by such a file: take it out, or choose another name` });
    else if (line.includes("\r")) issues.push({ path: `line ${index + 1}`, message: `the value of ${name} ends in a carriage return: save the file with plain line breaks` });
    else if (!plain.test(value) && !singleQuoted.test(value) && !doubleQuoted.test(value)) {
      issues.push({ path: `line ${index + 1}`, message: `the value of ${name} would be read as shell: write it between single quotes` });
    } else if (/[$`\\"]/.test(value.slice(1, -1))) evaluatedTwice.push(name);
  }
  return { issues, evaluatedTwice };
}
