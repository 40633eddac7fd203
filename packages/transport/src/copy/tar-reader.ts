import { OutputUnreadableError } from "@hpckit/core";
import type { Octets } from "../guard/octets.js";
import { checksum, fieldNumber, paxRecords, shortName, untilNul, type Described } from "./tar-fields.js";

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
  /** Of which types the entries were that have described it. */
  let describedBy = "";
  let isMoreOfSparse = false;

  function takeHeader(header: Buffer): void {
    // Two empty blocks end an archive, and padding follows.
    if (header.every((byte) => byte === 0)) return;
    if (fieldNumber(header.subarray(148, 156)) !== checksum(header)) throw unreadable("a header whose checksum is another", header);
    const letter = String.fromCharCode(header[156] ?? 0);
    const stored = described.stored ?? fieldNumber(header.subarray(124, 136));
    const read = describes[letter];
    if (read !== undefined) {
      if (stored > longestText) throw unreadable("a name without end", header);
      describedBy += letter;
      if (!/^(?:x|LK?|KL?)$/.test(describedBy)) throw unreadable("an entry that is described twice", header);
      text = { length: stored, read };
      return;
    }
    const kind = kinds[letter] ?? "other";
    if (kind !== "file" && stored > 0) throw unreadable("bytes of what is no file", header);
    toSkip = padded(stored);
    if (letter === "S") isMoreOfSparse = header[482] === 1;
    const sizeBytes = letter === "S" ? fieldNumber(header.subarray(483, 495)) : (described.realSize ?? stored);
    const name = described.name ?? shortName(header);
    if (kind === "file" && name.endsWith("/")) throw unreadable("a file with the name of a folder", header);
    onEntry({ kind, name, target: described.target ?? untilNul(header.subarray(157, 257)), sizeBytes });
    described = {};
    describedBy = "";
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
      // The rest of a list of holes stands before the content.
      if (toSkip > 0 && !isMoreOfSparse) {
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
