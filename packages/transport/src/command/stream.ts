import { AbortedError, type ExecOptions, type ExecResult, type ExecStream } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { pieceHandover } from "./piece-handover.js";
import { checkCommand } from "./exec-options.js";
import { commandCall, finish, runCommand } from "./exec.js";

/** Surrounds the command, and is told of each piece's bytes. */
export type SurroundCommand = (run: (count: (bytes: number) => void) => Promise<ExecResult>) => Promise<ExecResult>;

/** {@link Transport.stream} over any source of channels. Starts at once, and waits for its reader after the first piece. */
export function stream(source: ChannelSource, argv: readonly string[], options: ExecOptions, surround: SurroundCommand): ExecStream {
  const left = new AbortController();
  const handover = pieceHandover();
  const run = async (count: (bytes: number) => void): Promise<ExecResult> => {
    checkCommand(argv, options);
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
    const call = commandCall(argv, { ...options, signal }, (piece) => {
      count(piece.length);
      return handover.give(piece);
    });
    const end = await runCommand(source, call, options);
    return finish(argv, options, end, Buffer.alloc(0));
  };
  const result = surround(run);
  // Whoever leaves the loop early, or meets the error in it, need not look at the result as well.
  result.then(handover.end, handover.end);
  return {
    result,
    async *[Symbol.asyncIterator]() {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      try {
        for (let piece = await handover.take(); piece !== undefined; piece = await handover.take()) {
          const text = decoder.decode(piece, { stream: true });
          if (text !== "") yield text;
        }
        await result;
        const rest = decoder.decode();
        if (rest !== "") yield rest;
      } finally {
        left.abort(new AbortedError(`${argv[0] ?? "command"}: its reader left before the end`));
        await result.catch(() => undefined);
      }
    },
  };
}
