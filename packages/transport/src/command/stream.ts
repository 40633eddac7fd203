import { AbortedError, type ExecResult, type ExecStream, type StreamOptions } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import type { GuardedCall } from "../guard/run-guarded.js";
import { pieceHandover } from "./piece-handover.js";
import { checkStream } from "./exec-options.js";
import { commandCall, finish, runCommand } from "./exec.js";

/** Surrounds the command, and is told of each piece's bytes. */
export type SurroundCommand = (run: (count: (bytes: number) => void) => Promise<ExecResult>) => Promise<ExecResult>;

/** {@link Transport.stream} over any source of channels. Starts at once, and waits for its reader after the first piece. */
export function stream(source: ChannelSource, argv: readonly string[], options: StreamOptions, surround: SurroundCommand): ExecStream {
  const left = new AbortController();
  const handover = pieceHandover();
  const run = async (count: (bytes: number) => void): Promise<ExecResult> => {
    checkStream(argv, options);
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
    const call = commandCall(argv, { ...options, signal }, (piece) => {
      count(piece.length);
      return handover.give(piece);
    });
    const errors = errorReader(options.onStderr);
    const end = await runCommand(source, { ...call, ...errors, isLive: true }, options);
    errors?.end();
    return finish(argv, options, end, Buffer.alloc(0));
  };
  const result = surround(run);
  // Whoever leaves the loop early, or meets the error in it, need not look at the result as well.
  result.then(handover.end, handover.end);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for (let piece = await handover.take(); piece !== undefined; piece = await handover.take()) yield piece;
      await result;
    } finally {
      left.abort(new AbortedError(`${argv[0] ?? "command"}: its reader left before the end`));
      await result.catch(() => undefined);
    }
  }
  return {
    result,
    bytes,
    async *[Symbol.asyncIterator]() {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      for await (const piece of bytes()) {
        const text = decoder.decode(piece, { stream: true });
        if (text !== "") yield text;
      }
      const rest = decoder.decode();
      if (rest !== "") yield rest;
    },
  };
}

/** Decodes stderr for who wants it as it comes: then there is no limit to it. */
function errorReader(tell: StreamOptions["onStderr"]): (Pick<GuardedCall, "onErrors" | "maxErrorBytes"> & { readonly end: () => void }) | undefined {
  if (tell === undefined) return undefined;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const say = (text: string): void => {
    if (text !== "") tell(text);
  };
  return { onErrors: (piece) => say(decoder.decode(piece, { stream: true })), maxErrorBytes: Infinity, end: () => say(decoder.decode()) };
}
