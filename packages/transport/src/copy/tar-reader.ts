import { OutputUnreadableError } from "@hpckit/core";
import type { Octets } from "../guard/octets.js";

export type TarEntryKind = "file" | "hard link" | "symbolic link" | "device" | "folder" | "pipe" | "other";

/** What one header of an archive says. */
export interface TarEntry {
  readonly kind: TarEntryKind;
  readonly name: Octets;
  /** Where a link leads. */
  readonly target: Octets;
  /** Of a regular file, holes included; else 0. */
  readonly sizeBytes: number;
}

/** Takes the pieces of an archive, in order and of any size. */
export type TarReader = (piece: Uint8Array) => void;

const blockSize = 512;
/** Longer names and records do not stand in an archive that anyone has made in good faith. */
const longestText = 1024 * 1024;
const kinds: Readonly<Record<string, TarEntryKind>> = { "0": "file", "\0": "file", "7": "file", S: "file", "1": "hard link", "2": "symbolic link", "3": "device", "4": "device", "5": "folder", "6": "pipe" };

/** What headers that stand before an entry say about it: names that are too long, and pax records. */
interface Described {
  readonly name?: Octets | undefined;
  readonly target?: Octets | undefined;
  readonly stored?: number | undefined;
  readonly realSize?: number | undefined;
}

const describes: Readonly<Record<string, (text: Buffer) => Described>> = {
  L: (text) => ({ name: untilNul(text) }),
  K: (text) => ({ target: untilNul(text) }),
  x: paxRecords,
};

/**
 * Reads the headers of GNU, ustar and pax archives (tar(5), "Basic Tar Format" of the GNU manual 1.35). Whatever tar might read in another
 * way than this is an error: who checks an archive must see the entries that tar sees.
 */
export function tarReader(onEntry: (entry: TarEntry) => void): TarReader {
  /** Part of a header that has not come whole, or of the text that is being read. */
  let held: Buffer = Buffer.alloc(0);
  let toSkip = 0;
  let text: { readonly length: number; readonly read: (text: Buffer) => Described } | undefined;
  let described: Described = {};
  let isMoreOfSparse = false;

  function takeHeader(header: Buffer): void {
    // Two empty blocks end an archive, and padding follows.
    if (header.every((byte) => byte === 0)) return;
    if (number(header.subarray(148, 156)) !== checksum(header)) throw unreadable("a header whose checksum is another", header);
    const letter = String.fromCharCode(header[156] ?? 0);
    const stored = described.stored ?? number(header.subarray(124, 136));
    const read = describes[letter];
    if (read !== undefined) {
      if (stored > longestText) throw unreadable("a name without end", header);
      text = { length: stored, read };
      return;
    }
    const kind = kinds[letter] ?? "other";
    if (kind !== "file" && stored > 0) throw unreadable("bytes of what is no file", header);
    toSkip = padded(stored);
    if (letter === "S") isMoreOfSparse = header[482] === 1;
    const sizeBytes = letter === "S" ? number(header.subarray(483, 495)) : (described.realSize ?? stored);
    onEntry({ kind, name: described.name ?? shortName(header), target: described.target ?? untilNul(header.subarray(157, 257)), sizeBytes });
    described = {};
  }

  function take(whole: Buffer): void {
    if (text !== undefined) {
      const { length, read } = text;
      text = undefined;
      described = { ...described, ...read(whole.subarray(0, length)) };
    } else if (isMoreOfSparse) isMoreOfSparse = whole[504] === 1;
    else takeHeader(whole);
  }

  return (piece) => {
    let left = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    while (left.length > 0) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, left.length);
        toSkip -= skipped;
        left = left.subarray(skipped);
        continue;
      }
      const wanted = (text === undefined ? blockSize : padded(text.length)) - held.length;
      held = Buffer.concat([held, left.subarray(0, wanted)]);
      if (left.length < wanted) return;
      left = left.subarray(wanted);
      const whole = held;
      held = Buffer.alloc(0);
      take(whole);
    }
  };
}

const unreadable = (what: string, header: Buffer): OutputUnreadableError => new OutputUnreadableError("tar", what, shortName(header));

const padded = (size: number): number => Math.ceil(size / blockSize) * blockSize;

/** Octal digits, or, with the first bit set, the number itself. */
function number(field: Buffer): number {
  const text = field.toString("latin1").replace(/[\0 ].*$/s, "") || "0";
  const value = ((field[0] ?? 0) & 0x80) !== 0 ? Number(field.readBigInt64BE(field.length - 8)) : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : NaN;
  if (!Number.isSafeInteger(value) || value < 0) throw new OutputUnreadableError("tar", "a size that is no number", text);
  return value;
}

/** The sum of all bytes, its own eight taken as spaces. */
function checksum(header: Buffer): number {
  let sum = 8 * 32;
  for (let at = 0; at < blockSize; at++) if (at < 148 || at >= 156) sum += header[at] ?? 0;
  return sum;
}

const untilNul = (field: Buffer): Octets => field.toString("latin1").replace(/\0.*$/s, "");

/** Only ustar has a field for what stands before a name; GNU keeps other things in its place. */
function shortName(header: Buffer): Octets {
  const name = untilNul(header.subarray(0, 100));
  const before = header.subarray(257, 263).toString("latin1") === "ustar\0" ? untilNul(header.subarray(345, 500)) : "";
  return before === "" ? name : `${before}/${name}`;
}

/** Each record is its length, a space, `key=value` and a newline. */
function paxRecords(text: Buffer): Described {
  const found = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const record = /^(\d+) ([^=]+)=/.exec(text.toString("latin1", at, at + 200));
    const length = Number(record?.[1]);
    if (record === null || length <= record[0].length || at + length > text.length) throw new OutputUnreadableError("tar", "a pax record that is none", text.toString("latin1", at, at + 100));
    found.set(record[2] ?? "", text.toString("latin1", at + record[0].length, at + length - 1));
    at += length;
  }
  const size = (key: string): number | undefined => {
    const value = found.get(key);
    return value === undefined ? undefined : number(Buffer.from(Number(value).toString(8)));
  };
  const name = found.get("GNU.sparse.name") ?? found.get("path");
  const target = found.get("linkpath");
  return { ...(name === undefined ? {} : { name }), ...(target === undefined ? {} : { target }), stored: size("size"), realSize: size("GNU.sparse.realsize") };
}
