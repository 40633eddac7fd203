import { OutputUnreadableError } from "@hpckit/core";
import type { Octets } from "../guard/octets.js";

/** What headers that stand before an entry say about it: names that are too long, and pax records. */
export interface Described {
  readonly name?: Octets | undefined;
  readonly target?: Octets | undefined;
  readonly stored?: number | undefined;
  readonly realSize?: number | undefined;
}

/** Octal digits from the first byte on, or, with the first bit set, the number itself. What stands before digits, each tar reads in its own way. */
export function fieldNumber(field: Buffer): number {
  const text = field.toString("latin1");
  const [, digits] = /^([0-7]+)(?:[\0 ]|$)/.exec(text) ?? (/^\0+$/.test(text) ? ["", "0"] : []);
  const isBinary = field.length > 8 && field[0] === 0x80 && field.subarray(1, field.length - 8).every((byte) => byte === 0);
  return sizeOf(digits === undefined && isBinary ? Number(field.readBigInt64BE(field.length - 8)) : Number.parseInt(digits ?? "", 8), text);
}

function sizeOf(value: number, text: string): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new OutputUnreadableError("tar", "a size that is no number", text);
  return value;
}

/** The sum of all bytes, its own eight taken as spaces. */
export function checksum(header: Buffer): number {
  let sum = 8 * 32;
  for (let at = 0; at < header.length; at++) if (at < 148 || at >= 156) sum += header[at] ?? 0;
  return sum;
}

export const untilNul = (field: Buffer): Octets => field.toString("latin1").replace(/\0.*$/s, "");

/** Only ustar has a field for what stands before a name; GNU keeps other things in its place. */
export function shortName(header: Buffer): Octets {
  const name = untilNul(header.subarray(0, 100));
  const before = header.subarray(257, 263).toString("latin1") === "ustar\0" ? untilNul(header.subarray(345, 500)) : "";
  return before === "" ? name : `${before}/${name}`;
}

const newline = 10;

/** Each record is its length, a space, `key=value` and a newline. */
export function paxRecords(text: Buffer): Described {
  const found = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const record = /^(\d+) ([^=]+)=/.exec(text.toString("latin1", at, at + 200));
    const length = Number(record?.[1]);
    if (record === null || length <= record[0].length || text[at + length - 1] !== newline) throw new OutputUnreadableError("tar", "a pax record that is none", text.toString("latin1", at, at + 100));
    if (text.subarray(at, at + length).includes(0)) throw new OutputUnreadableError("tar", "a pax record with a NUL", record[0]);
    found.set(record[2] ?? "", text.toString("latin1", at + record[0].length, at + length - 1));
    at += length;
  }
  const size = (key: string): number | undefined => {
    const value = found.get(key);
    return value === undefined ? undefined : sizeOf(/^\d+$/.test(value) ? Number(value) : NaN, value);
  };
  const name = found.get("GNU.sparse.name") ?? found.get("path");
  const target = found.get("linkpath");
  return { ...(name === undefined ? {} : { name }), ...(target === undefined ? {} : { target }), stored: size("size"), realSize: size("GNU.sparse.realsize") };
}
