import { OutputUnreadableError } from "@hpckit/core";

/** What was seen, by its word; several of some. */
export interface Report {
  /** The first of a word. */
  one(word: string): string | undefined;
  all(word: string): readonly string[];
}

const words = /^(absent|folder|kernel|machine|PYTHONHOME|PYTHONPATH|PYTHONNOUSERSITE|LOADEDMODULES|HOME|lacks|home|version|system|unstartable|broken|runs|fails|usersite|damaged|shebang|starts|pth|code|needs|missing|filesystem|mounted|inodes) (.*)$/;

/** @throws OutputUnreadableError if a line is no report, e.g. a banner of somebody's profile, or the end is missing. */
export function parseReport(stdout: string): Report {
  const seen = new Map<string, string[]>();
  for (const line of stdout.split("\n").filter((each) => each !== "")) {
    const [, word, text] = words.exec(line) ?? [];
    if (word === undefined || text === undefined) throw new OutputUnreadableError("examination of a Python environment", "a line that is no report", line);
    seen.set(word, [...(seen.get(word) ?? []), text]);
  }
  if (!seen.has("absent") && !seen.has("filesystem")) throw new OutputUnreadableError("examination of a Python environment", "no end", stdout);
  return { one: (word) => seen.get(word)?.[0], all: (word) => seen.get(word) ?? [] };
}

/** Some of them in a line, and how many there are. */
export const some = (texts: readonly string[]): string => texts.slice(0, 3).join("; ") + (texts.length > 3 ? `; and ${texts.length - 3} more` : "");
