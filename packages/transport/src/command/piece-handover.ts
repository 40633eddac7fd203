/** One piece at a time from a writer, who waits until it is taken, to a reader. */
export interface PieceHandover {
  readonly give: (piece: Buffer) => Promise<void>;
  /** `undefined` once there will be no more. */
  readonly take: () => Promise<Buffer | undefined>;
  readonly end: () => void;
}

export function pieceHandover(): PieceHandover {
  let waiting: { readonly piece: Buffer; readonly taken: () => void } | undefined;
  let wake: (() => void) | undefined;
  let isOver = false;
  return {
    give: (piece) =>
      new Promise((taken) => {
        waiting = { piece, taken };
        wake?.();
      }),
    async take() {
      while (waiting === undefined && !isOver) await new Promise<void>((resolve) => (wake = resolve));
      const given = waiting;
      waiting = undefined;
      given?.taken();
      return given?.piece;
    },
    end() {
      isOver = true;
      wake?.();
    },
  };
}
