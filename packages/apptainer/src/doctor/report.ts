import { OutputUnreadableError } from "@hpckit/core";

/** What a machine said of itself: texts by key; a key may come several times. */
export interface Report {
  /** The first text of a key. Undefined where the machine could not tell. */
  first(key: string): string | undefined;
  all(key: string): readonly string[];
  /** Whether it is true; what could not be told is not. */
  is(key: string): boolean;
}

/**
 * Reads the lines of {@link examine}.
 * @throws OutputUnreadableError if one is no report, e.g. a banner of somebody's profile.
 */
export function parseReport(stdout: string): Report {
  const pairs = stdout.split("\n").filter((line) => line !== "").map((line): readonly [string, string] => {
    const [, key, value] = /^hpckit ([a-z-]+)(?: (.*))?$/.exec(line) ?? [];
    if (key === undefined) throw new OutputUnreadableError("examination of the container engine", "a line that is no report", line);
    return [key, (value ?? "").trim()];
  });
  const all = (key: string): readonly string[] => pairs.flatMap(([each, value]) => (each === key && value !== "" ? [value] : []));
  return { all, first: (key) => all(key)[0], is: (key) => all(key)[0] === "yes" };
}
