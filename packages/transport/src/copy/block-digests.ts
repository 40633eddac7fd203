import { createHash } from "node:crypto";
import { bell } from "./bell.js";

/** SHA-256 of bytes, in hex. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Digests of blocks as the far side tells them, in order, a line each; any other line ends them. */
export interface BlockDigests {
  readonly push: (piece: Uint8Array) => void;
  /** Waits for the digest of the block at this place in their order; `undefined` where there are not so many. */
  at(index: number): Promise<string | undefined>;
  /** No more will come. */
  readonly end: () => void;
}

export function blockDigests(): BlockDigests {
  const changes = bell();
  const digests: string[] = [];
  let text = "";
  let isOver = false;
  const end = (): void => {
    isOver = true;
    changes.ring();
  };
  return {
    push(piece) {
      if (isOver) return;
      const lines = (text + Buffer.from(piece).toString("latin1")).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const digest = /^([0-9a-f]{64}) /.exec(line)?.[1];
        if (digest === undefined) {
          end();
          return;
        }
        digests.push(digest);
      }
      changes.ring();
    },
    async at(index) {
      while (digests.length <= index && !isOver) await changes.heard();
      return digests[index];
    },
    end,
  };
}
