import type { StreamOptions } from "@hpckit/core";

type Input = StreamOptions["stdin"];
type Piece = string | Uint8Array;

/** More than pipes and windows on the way to a program hold. */
const mostKept = 8 * 1_048_576;

/** An input for a program that may have to be started again before it has read any of it. */
export interface ReplayedInput {
  /** All of it, from its beginning; what is given next takes the place of what was given before. */
  readonly give: () => Input;
  /** Whether it can still be given from its beginning: of more than is kept, a program must have read some. */
  readonly isWhole: () => boolean;
  /** Nobody will read it any more. */
  readonly end: () => void;
}

export function replayedInput(stdin: Input): ReplayedInput {
  if (stdin === undefined || typeof stdin === "string" || stdin instanceof Uint8Array) return { give: () => stdin, isWhole: () => true, end: () => undefined };
  const source = stdin[Symbol.asyncIterator]();
  let kept: Piece[] | undefined = [];
  let keptLength = 0;
  let coming: Promise<Piece | undefined> | undefined;

  async function next(): Promise<Piece | undefined> {
    const taken = await source.next();
    coming = undefined;
    if (taken.done === true) return undefined;
    keptLength += taken.value.length;
    if (keptLength > mostKept) kept = undefined;
    kept?.push(taken.value);
    return taken.value;
  }

  async function* pieces(): AsyncGenerator<Piece> {
    yield* [...(kept ?? [])];
    for (;;) {
      // The piece that a program waited for when it was stopped is the next one's.
      const piece = await (coming ??= next());
      if (piece === undefined) return;
      yield piece;
    }
  }

  return { give: pieces, isWhole: () => kept !== undefined, end: () => void source.return?.().catch(() => undefined) };
}
