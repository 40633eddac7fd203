/** A part of a file, and where it stands in it. */
export interface Block {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Whoever has it is done with the bytes: their memory may be used again. */
  readonly release?: (() => void) | undefined;
}

/** Large enough that a program over there for each of them costs nothing, small enough to keep some in memory. */
export const blockBytes = 8 * 1024 * 1024;

/** Joins pieces of any size to blocks, in their order. */
export async function* joinToBlocks(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Block, void> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let offset = 0;
  const block = (): Block => {
    const joined = { offset, bytes: Buffer.concat(waiting) };
    offset += size;
    waiting = [];
    size = 0;
    return joined;
  };
  for await (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size >= blockBytes) yield block();
  }
  if (size > 0) yield block();
}
