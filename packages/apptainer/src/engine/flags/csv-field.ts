import { joinWords, type Word } from "@hpckit/core";

/**
 * A value as one field of a CSV record, as Go's encoding/csv reads it. A value that only the node knows is quoted unseen,
 * so it must hold no quote.
 */
export function csvField(value: Word): Word {
  if (typeof value !== "string") return joinWords('"', value, '"');
  return value === "" || /[",\n\r]|^\s/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
