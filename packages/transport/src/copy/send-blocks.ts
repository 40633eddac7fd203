import type { Block } from "./blocks.js";
import { frameOf, lastFrame } from "./frames.js";
import { helperLanes, type Lanes } from "./helper-lanes.js";
import type { Witness } from "./verification.js";

export interface Cargo {
  readonly blocks: AsyncIterable<Block>;
  /** Has seen every block once the last was given. */
  readonly witness: Pick<Witness, "line">;
  readonly totalBytes?: number | undefined;
  readonly onSent?: ((bytes: number) => void) | undefined;
  /** What the owner says over there. */
  readonly onAnswer?: ((piece: Buffer) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Hands out blocks to whichever lane is free, and the witness to the owner when all have arrived. The owner says something
 * once helpers may begin.
 */
export async function sendBlocks({ blocks, witness, totalBytes = 0, onSent, onAnswer, signal }: Cargo, { owner, helper }: Lanes): Promise<void> {
  const source = blocks[Symbol.asyncIterator]();
  let turn: Promise<unknown> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  // One reader at a time: the blocks come in order, whoever takes them.
  const next = (): Promise<Block | undefined> => {
    const taken = turn.then(async () => {
      // What a helper had taken nobody else will bring: all that is sent from now on is in vain.
      if (failure !== undefined) throw failure.error;
      const item = await source.next();
      return item.done === true ? undefined : item.value;
    });
    turn = taken.catch(() => undefined);
    return taken;
  };

  async function* carry(): AsyncGenerator<Uint8Array, void> {
    let before: Block | undefined;
    for (let block = await next(); block !== undefined; block = await next()) {
      yield* frameOf(block, count);
      // Of what a lane has taken some may wait still, but less than a block.
      before?.release?.();
      before = block;
    }
    helpers.enough();
    yield lastFrame;
  }
  const count = (bytes: number): void => {
    helpers.moved(bytes);
    onSent?.(bytes);
  };
  const helpers = helperLanes(() => ({ input: carry(), onOutput: () => undefined }), helper, (error) => (failure ??= { error }));

  async function* own(): AsyncGenerator<Uint8Array, void> {
    yield* carry();
    await helpers.done();
    yield Buffer.from(`${witness.line}\n`);
  }

  try {
    await owner({
      input: own(),
      onOutput(piece) {
        helpers.allow(totalBytes);
        onAnswer?.(piece);
      },
    });
  } catch (error) {
    await helpers.stop(signal?.aborted === true ? signal.reason : error);
    throw error;
  } finally {
    await source.return?.();
  }
}
