import { parseIndexRanges, rangesOf, type IndexRanges } from "../../queue/index-ranges.js";

/** Bits of the largest array that Slurm allows. */
const mostDigits = 4_000_001 / 4;

/**
 * The tasks of an array's record in accounting: a bitmap in hex, of which the last bit is task 0 (`0x8C` is 2, 3 and 7), or a list. A count
 * of tasks at once (`%2`) may stand behind.
 * @returns undefined for anything else, and for a list that was cut.
 */
export function parseTaskBitmap(text: string): IndexRanges | undefined {
  const digits = /^0x([\dA-Fa-f]+)(?:%\d+)?$/.exec(text)?.[1];
  if (digits === undefined) return parseList(text);
  if (digits.length > mostDigits) return undefined;
  return rangesOf(Array.from(digits).reverse().flatMap((digit, index) => [0, 1, 2, 3].flatMap((bit) => (((Number.parseInt(digit, 16) >> bit) & 1) === 1 ? [index * 4 + bit] : []))));
}

function parseList(text: string): IndexRanges | undefined {
  try {
    return parseIndexRanges(text);
  } catch {
    return undefined;
  }
}
