import type { Block } from "./blocks.js";

/** Blocks go out in slices, so that a wait for the other side is never long. */
const sliceBytes = 256 * 1024;

/** A block as the far side takes it: a line with its place and its length, and its bytes. `onSent` is told of what has been taken. */
export function* frameOf({ offset, bytes }: Block, onSent: (bytes: number) => void): Generator<Uint8Array, void> {
  yield Buffer.from(`${offset} ${bytes.length}\n`);
  for (let sent = 0; sent < bytes.length; sent += sliceBytes) {
    const slice = bytes.subarray(sent, sent + sliceBytes);
    yield slice;
    onSent(slice.length);
  }
}

/** No block follows. */
export const lastFrame: Uint8Array = Buffer.from("0 0\n");
