import { bell } from "./bell.js";
import { blockBytes, type Block } from "./blocks.js";

/** A block that is to come, or some in a row. */
export interface Span {
  readonly offset: number;
  readonly length: number;
  /** It has been given out before, in vain: what is here in its place is something else. */
  readonly isNeeded?: boolean | undefined;
}

/** What of a file has still to be asked for, and what has come, in any order. */
export interface Spans {
  /**
   * The next so many blocks in order; waits while too many that have come stand behind one that has not. `undefined` when all are given out for good.
   */
  next(blocks?: number): Promise<Span | undefined>;
  /** Whether a block that was given out is needed is not known yet: others wait until it is `again` given out, or has come. */
  doubt(span: Span): void;
  /** It is needed: the next who asks gets it. */
  again(span: Span): void;
  /** One block has come; all that is whole up to here is passed on in order. */
  came(block: Block): void;
  /** Resolves when everything has come. */
  all(): Promise<void>;
  /** Ends all waiting: a block could not be kept. */
  readonly fail: (error: unknown) => void;
}

/** So many blocks are kept for one that is late. */
const heldBlocks = 8;

export function createSpans(sizeBytes: number, onInOrder: (block: Block) => void): Spans {
  const changes = bell();
  const landed = new Map<number, Block>();
  let failure: { readonly error: unknown } | undefined;
  const doubted = new Set<number>();
  const needed: Span[] = [];
  let given = 0;
  let front = 0;
  const until = async (isSo: () => boolean): Promise<void> => {
    while (failure === undefined && !isSo()) await changes.heard();
    if (failure !== undefined) throw failure.error;
  };
  return {
    async next(blocks = 1) {
      await until(() => needed.length > 0 || (given < sizeBytes ? given - front < heldBlocks * blockBytes : doubted.size === 0));
      if (needed.length > 0) return needed.shift();
      if (given >= sizeBytes) return undefined;
      const span = { offset: given, length: Math.min(blocks * blockBytes, sizeBytes - given) };
      given += span.length;
      return span;
    },
    doubt: ({ offset }) => void doubted.add(offset),
    again(span) {
      doubted.delete(span.offset);
      needed.push({ ...span, isNeeded: true });
      changes.ring();
    },
    came(block) {
      doubted.delete(block.offset);
      landed.set(block.offset, block);
      for (let next = landed.get(front); next !== undefined; next = landed.get(front)) {
        landed.delete(front);
        onInOrder(next);
        front += next.bytes.length;
      }
      changes.ring();
    },
    all: () => until(() => front === sizeBytes),
    fail(error) {
      failure = { error };
      changes.ring();
    },
  };
}
