import { createHash, randomInt, type Hash } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { sh, type ShellExpression, type Verify } from "@hpckit/core";
import type { Block } from "./blocks.js";

/** Below this a digest of the whole costs the far side next to nothing. */
const fullUpToBytes = 64 * 1024 * 1024;
const spanBytes = 64 * 1024;
const spanCount = 16;
/** So many spans would be most of what is smaller. */
const sampledFromBytes = 4 * spanCount * spanBytes;

/** What the sending side saw of a file, block by block and in their order; the receiving side is held against it. */
export interface Witness {
  see(block: Block): void;
  /** SHA-256 of all that was seen, in hex. */
  readonly sha256: string;
  /** One line that {@link checkPart} reads: what to compare, the size, the digest, and the spans that it is of. */
  readonly line: string;
}

/** @param totalBytes - where it is known beforehand; without it the whole is compared. */
export function createWitness(totalBytes: number | undefined, verify: Verify | undefined): Witness {
  const kind = verify ?? (totalBytes === undefined || totalBytes <= fullUpToBytes ? "full" : "sampled");
  const spans = kind === "sampled" && totalBytes !== undefined && totalBytes >= sampledFromBytes ? chooseSpans(totalBytes) : undefined;
  const whole = createHash("sha256");
  const sampled = createHash("sha256");
  let seenBytes = 0;
  const wholeDigest = digestOf(whole);
  const sampledDigest = digestOf(sampled);
  return {
    see(block) {
      whole.update(block.bytes);
      if (spans !== undefined) sample(sampled, spans, block);
      seenBytes += block.bytes.length;
    },
    get sha256() {
      return wholeDigest();
    },
    get line() {
      if (kind === "size") return `size ${seenBytes} -`;
      return spans === undefined ? `full ${seenBytes} ${wholeDigest()}` : `sampled ${seenBytes} ${sampledDigest()} ${spans.join(" ")}`;
    },
  };
}

/** A digest of more takes so long that a wire runs dry meanwhile. */
const pieceBytes = 512 * 1024;

/** Passes blocks on once a witness has seen them, piece by piece, with room for all else in between. */
export async function* witnessed(blocks: AsyncIterable<Block>, witness: Witness): AsyncGenerator<Block, void> {
  for await (const block of blocks) {
    const { offset, bytes } = block;
    for (let begin = 0; begin < bytes.length; begin += pieceBytes) {
      if (begin > 0) await turn();
      witness.see({ offset: offset + begin, bytes: bytes.subarray(begin, begin + pieceBytes) });
    }
    yield block;
  }
}

/** A hash can be asked only once. */
function digestOf(hash: Hash): () => string {
  let digest: string | undefined;
  return () => (digest ??= hash.digest("hex"));
}

/** Ascending and apart from each other; the first and the last bytes are among them. */
function chooseSpans(totalBytes: number): readonly number[] {
  const last = totalBytes - spanBytes;
  const width = last / spanCount;
  const inner = Array.from({ length: spanCount }, (_, index) => Math.floor(index * width) + (index === 0 ? 0 : randomInt(Math.floor(width - spanBytes))));
  return [...inner, last];
}

function sample(hash: Hash, spans: readonly number[], { offset, bytes }: Block): void {
  for (const span of spans) {
    const begin = Math.max(span, offset);
    const end = Math.min(span + spanBytes, offset + bytes.length);
    if (begin < end) hash.update(bytes.subarray(begin - offset, end - offset));
  }
}

/** Reads a witness's line from descriptor 3. */
export const readWitness: ShellExpression = sh`read -r kind size digest spans <&3 || fail "hpckit: digest: the input was cut"`;

/** Compares a file with the witness that was read; calls `fail` with the reason. */
export const checkPart = (part: string): ShellExpression => sh`
  [ "$(stat -Lc %s -- ${part})" = "$size" ] || fail "hpckit: digest: another number of bytes arrived than was sent"
  case $kind in
    size) actual="$digest  -" ;;
    full) actual=$(sha256sum <${part}) ;;
    *) actual=$(for span in $spans; do dd if=${part} bs=${spanBytes} skip="$span" count=${spanBytes} iflag=skip_bytes,count_bytes,fullblock status=none; done | sha256sum) ;;
  esac
  [ "$actual" = "$digest  -" ] || fail "hpckit: digest: other bytes arrived than were sent"
`;
