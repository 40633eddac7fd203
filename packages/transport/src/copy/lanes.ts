import type { Block } from "./blocks.js";

/** Calls that take blocks over there, in any order: the owner, whose transfer it is, and helpers beside it. */
export interface Lanes {
  /** Ends when the whole has been placed. Says something once helpers may begin. */
  readonly owner: (input: AsyncIterable<Uint8Array>, onOutput: () => void) => Promise<unknown>;
  readonly helper: (input: AsyncIterable<Uint8Array>, stop: AbortSignal) => Promise<unknown>;
}

export interface Cargo {
  readonly blocks: AsyncIterable<Block>;
  /** Has seen every block once the last was given. */
  readonly witness: { readonly line: string };
  readonly totalBytes?: number | undefined;
  readonly onSent?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One channel's window is the limit of what is under way on it; below this size that does not matter. */
const manyLanesFromBytes = 64 * 1024 * 1024;
const helpers = 3;
/** Blocks go out in slices, so that a wait for the other side is never long. */
const sliceBytes = 256 * 1024;

/**
 * Hands out blocks to whichever lane is free, and the witness to the owner when all have arrived.
 *
 * A helper that has not got a channel when the last block is handed out is not waited for: two transfers could otherwise
 * wait for each other's channels.
 */
export async function sendThroughLanes({ blocks, witness, totalBytes = 0, onSent, signal }: Cargo, { owner, helper }: Lanes): Promise<void> {
  const source = blocks[Symbol.asyncIterator]();
  let turn: Promise<unknown> = Promise.resolve();
  // One reader at a time: the blocks come in order, whoever takes them.
  const next = (): Promise<Block | undefined> => {
    const taken = turn.then(async () => {
      const item = await source.next();
      return item.done === true ? undefined : item.value;
    });
    turn = taken.catch(() => undefined);
    return taken;
  };
  const stop = new AbortController();
  const isLate = new AbortController();
  const helping: Promise<unknown>[] = [];

  async function* carry(): AsyncGenerator<Uint8Array, void> {
    for (let block = await next(); block !== undefined; block = await next()) {
      const { offset, bytes } = block;
      yield Buffer.from(`${offset} ${bytes.length}\n`);
      for (let sent = 0; sent < bytes.length; sent += sliceBytes) {
        const slice = bytes.subarray(sent, sent + sliceBytes);
        yield slice;
        onSent?.(slice.length);
      }
    }
    isLate.abort();
    yield Buffer.from("0 0\n");
  }

  async function help(): Promise<void> {
    const state = { hasBegun: false };
    async function* begun(): AsyncGenerator<Uint8Array, void> {
      state.hasBegun = true;
      yield* carry();
    }
    const either = new AbortController();
    const end = (): void => either.abort(stop.signal.reason);
    const giveUp = (): void => {
      if (!state.hasBegun) either.abort();
    };
    stop.signal.addEventListener("abort", end, { once: true });
    isLate.signal.addEventListener("abort", giveUp, { once: true });
    try {
      await helper(begun(), either.signal);
    } catch (error) {
      if (state.hasBegun || stop.signal.aborted || !isLate.signal.aborted) throw error;
    }
  }

  async function* own(): AsyncGenerator<Uint8Array, void> {
    yield* carry();
    await Promise.all(helping);
    yield Buffer.from(`${witness.line}\n`);
  }

  let hasSaid = false;
  const onReady = (): void => {
    if (hasSaid || totalBytes < manyLanesFromBytes) return;
    hasSaid = true;
    for (let lane = 0; lane < helpers; lane++) {
      const one = help();
      one.catch(() => undefined);
      helping.push(one);
    }
  };
  try {
    await owner(own(), onReady);
  } catch (error) {
    stop.abort(signal?.aborted === true ? signal.reason : error);
    await Promise.allSettled(helping);
    throw error;
  } finally {
    await source.return?.();
  }
}
