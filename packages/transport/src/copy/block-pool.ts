import { blockBytes } from "./blocks.js";

/** Memory for blocks, used again and again: to get new memory from the system takes longer than to fill it. */
export interface BlockPool {
  /** What it holds is left from before. */
  take(length: number): Buffer;
  /** Nobody may look at it any more. */
  give(bytes: Uint8Array): void;
}

export function blockPool(): BlockPool {
  const free: ArrayBufferLike[] = [];
  return {
    take(length) {
      const memory = free.pop();
      return memory === undefined ? Buffer.allocUnsafeSlow(length) : Buffer.from(memory, 0, length);
    },
    give({ buffer }) {
      if (buffer.byteLength === blockBytes) free.push(buffer);
    },
  };
}
