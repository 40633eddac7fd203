/** What a tar archive holds, counted while it goes by. */
export interface TarCounter {
  /** The pieces of the archive, in order and of any size. */
  push(piece: Uint8Array): void;
  /** Files, folders, links and whatever else; not the folder itself that was packed. */
  readonly entries: number;
  /** Bytes of all regular files, holes in them included. */
  readonly bytes: number;
}

const blockSize = 512;
/** Kinds of header that describe the entry after them: names that are too long, and pax records. */
const describes = new Set(["L", "K", "x", "g"]);
const regular = new Set(["0", "\0", "7", "S"]);

/** Reads the headers of GNU, ustar and pax archives (tar(5), "Basic Tar Format" of the GNU manual 1.35). */
export function tarCounter(): TarCounter {
  const count = { entries: 0, bytes: 0 };
  /** Part of a header that has not come whole, or of the pax records that are being read. */
  let held: Buffer = Buffer.alloc(0);
  let toSkip = 0;
  let records: { readonly length: number } | undefined;
  let pax: { readonly size?: number | undefined; readonly realSize?: number | undefined } = {};
  let isMoreOfSparse = false;

  function push(piece: Uint8Array): void {
    let left = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    while (left.length > 0) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, left.length);
        toSkip -= skipped;
        left = left.subarray(skipped);
        continue;
      }
      const wanted = (records === undefined ? blockSize : padded(records.length)) - held.length;
      held = Buffer.concat([held, left.subarray(0, wanted)]);
      if (left.length < wanted) return;
      left = left.subarray(wanted);
      const whole = held;
      held = Buffer.alloc(0);
      if (records !== undefined) takeRecords(whole.subarray(0, records.length));
      else if (isMoreOfSparse) isMoreOfSparse = whole[504] === 1;
      else takeHeader(whole);
    }
  }

  function takeRecords(text: Buffer): void {
    records = undefined;
    pax = { size: paxNumber(text, "size"), realSize: paxNumber(text, "GNU.sparse.realsize") };
  }

  function takeHeader(header: Buffer): void {
    // Two empty blocks end an archive, and padding follows.
    if (header[0] === 0) return;
    const kind = String.fromCharCode(header[156] ?? 0);
    const stored = pax.size ?? number(header.subarray(124, 136));
    if (kind === "x") {
      records = { length: stored };
      return;
    }
    toSkip = padded(stored);
    if (describes.has(kind)) return;
    if (name(header) !== "./") count.entries++;
    if (kind === "S") isMoreOfSparse = header[482] === 1;
    if (regular.has(kind)) count.bytes += kind === "S" ? number(header.subarray(483, 495)) : (pax.realSize ?? stored);
    pax = {};
  }

  return {
    push,
    get entries() {
      return count.entries;
    },
    get bytes() {
      return count.bytes;
    },
  };
}

const padded = (size: number): number => Math.ceil(size / blockSize) * blockSize;

/** Octal digits, or, with the first bit set, the number itself. */
function number(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(field.length - 8));
  return Number.parseInt(field.toString("latin1").replace(/[\0 ]+$/, "") || "0", 8);
}

const name = (header: Buffer): string => header.subarray(0, Math.min(100, header.indexOf(0))).toString("latin1");

function paxNumber(records: Buffer, key: string): number | undefined {
  const found = new RegExp(`(?:^|\n)\\d+ ${key.replaceAll(".", "\\.")}=(\\d+)\n`).exec(records.toString("latin1"));
  return found?.[1] === undefined ? undefined : Number(found[1]);
}
