import { blockBytes } from "./blocks.js";

/** As dd looks for them over there. */
const stepBytes = 256 * 1024;
let zeros: Uint8Array | undefined;

/** Nothing but zeros: as good as a hole. */
export function isZero(bytes: Uint8Array): boolean {
  zeros ??= Buffer.alloc(blockBytes);
  return bytes.length <= blockBytes && Buffer.compare(bytes, zeros.subarray(0, bytes.length)) === 0;
}

/** Where in a block there is something else than holes. */
export function withoutHoles(bytes: Uint8Array): readonly { readonly begin: number; readonly end: number }[] {
  const parts: { begin: number; end: number }[] = [];
  for (let begin = 0; begin < bytes.length; begin += stepBytes) {
    const end = Math.min(begin + stepBytes, bytes.length);
    if (isZero(bytes.subarray(begin, end))) continue;
    const last = parts.at(-1);
    if (last?.end === begin) last.end = end;
    else parts.push({ begin, end });
  }
  return parts;
}
