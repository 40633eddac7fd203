import type { ExecStream } from "@hpckit/core";

/** The same stream with another end. What that throws is thrown in the loop, too, and is no rejection that nobody looks at. */
export function endingWith<End>(stream: Omit<ExecStream, "result">, result: Promise<End>): Omit<ExecStream, "result"> & { readonly result: Promise<End> } {
  result.catch(() => undefined);
  async function* until<Piece>(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
    yield* pieces;
    await result;
  }
  return { result, bytes: () => until(stream.bytes()), [Symbol.asyncIterator]: () => until(stream) };
}
