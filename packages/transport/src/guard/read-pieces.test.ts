import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readPieces } from "./read-pieces.js";

const never = new Promise(() => undefined);

describe("the pieces of a stream", () => {
  it("are let go once they were read, however long the channel lives", async () => {
    const [pieceBytes, pieces] = [1024 * 1024, 400];
    function* produce(): Generator<Buffer, void> {
      for (let count = 0; count < pieces; count++) yield Buffer.allocUnsafeSlow(pieceBytes);
    }
    const before = process.memoryUsage().arrayBuffers;
    let read = 0;
    for await (const piece of readPieces(Readable.from(produce(), { objectMode: true, highWaterMark: 1 }), never)) read += piece.length;
    expect(read).toBe(pieces * pieceBytes);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(read / 2);
  });

  it("that are there when the channel closes all arrive, and then it is over, though the stream stays open", async () => {
    const stream = new Readable({ read: () => undefined });
    for (const text of ["one", "two"]) stream.push(text);
    const read: string[] = [];
    const startedAt = performance.now();
    for await (const piece of readPieces(stream, Promise.resolve())) {
      read.push(piece.toString());
      if (read.length === 1) stream.push("three");
    }
    expect(read.join("")).toBe("onetwothree");
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("end where the stream fails", async () => {
    const stream = new Readable({ read: () => undefined });
    setImmediate(() => stream.destroy(new Error("socket gone")));
    for await (const piece of readPieces(stream, never)) expect.unreachable(piece.toString());
  });
});
