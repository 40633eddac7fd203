/** Reads the one-line records of `scontrol --oneliner`: `Name=value` with blanks between. Values with blanks keep their first word. */
export function parseKeyValues(line: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const word of line.split(/\s+/)) {
    const at = word.indexOf("=");
    // The first wins: what users write (names, comments) stands behind, and cannot replace it.
    if (at > 0 && !pairs.has(word.slice(0, at))) pairs.set(word.slice(0, at), word.slice(at + 1));
  }
  return pairs;
}
