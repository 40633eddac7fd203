import type { Duplex } from "node:stream";

/** Streams that lead through a transport, and end with it. */
export interface KeptStreams {
  keep(stream: Duplex): Duplex;
  /** Without an error: nothing was lost, and nobody may listen any more. One that comes later is destroyed at once. */
  destroy(): void;
}

export function keptStreams(): KeptStreams {
  const kept = new Set<Duplex>();
  let isOver = false;
  return {
    keep(stream) {
      if (isOver) return stream.destroy();
      kept.add(stream);
      return stream.once("close", () => kept.delete(stream));
    },
    destroy() {
      isOver = true;
      for (const stream of kept) stream.destroy();
    },
  };
}
