import { spawn } from "node:child_process";
import { PassThrough, Readable } from "node:stream";
import { setTimeout as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { consume } from "./consume.js";

const never = new Promise(() => undefined);

describe("the pieces of a stream", () => {
  it("are let go once they were read, however long the channel lives", async () => {
    const [pieceBytes, pieces] = [1024 * 1024, 400];
    function* produce(): Generator<Buffer, void> {
      for (let count = 0; count < pieces; count++) yield Buffer.allocUnsafeSlow(pieceBytes);
    }
    const before = process.memoryUsage().arrayBuffers;
    let read = 0;
    await consume(Readable.from(produce(), { objectMode: true, highWaterMark: 1 }), never, (piece) => {
      read += piece.length;
      return false;
    });
    expect(read).toBe(pieces * pieceBytes);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(read / 2);
  });

  it("that are there when the channel closes all arrive, and then it is over, though the stream stays open", async () => {
    const stream = new Readable({ read: () => undefined });
    for (const text of ["one", "two"]) stream.push(text);
    const read: string[] = [];
    const startedAt = performance.now();
    await consume(stream, Promise.resolve(), (piece) => {
      read.push(piece.toString());
      if (read.length === 1) stream.push("three");
      return false;
    });
    expect(read.join("")).toBe("onetwothree");
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("are followed by a pause, where one is waited for, and by none while they come or are taken", async () => {
    const stream = new PassThrough();
    const heard: string[] = [];
    const kept = { ms: 30, isAwaited: () => heard.at(-1) === "keep", take: () => heard.push("pause") > 100 };
    const over = consume(stream, never, (piece) => {
      heard.push(piece.toString());
      return heard.length === 2 ? turn(90).then(() => false) : false;
    }, kept);
    for (const text of ["keep", "keep", "on", "keep"]) {
      stream.write(text);
      await turn(text === "keep" ? 10 : 90);
    }
    await turn(120);
    stream.end();
    await over;
    expect(heard).toEqual(["keep", "keep", "on", "keep", "pause"]);
  });

  it("are followed by no pause where the program was too busy to read them", async () => {
    const child = spawn("sh", ["-c", "printf keep; sleep 0.1; printf on; sleep 0.5"], { stdio: ["ignore", "pipe", "inherit"] });
    const heard: string[] = [];
    const kept = { ms: 150, isAwaited: () => heard.at(-1) === "keep", take: () => heard.push("pause") > 100 };
    await consume(child.stdout, never, (piece) => {
      heard.push(piece.toString());
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300));
      return false;
    }, kept);
    expect(heard).toEqual(["keep", "on"]);
  });

  it("end where the stream fails", async () => {
    const stream = new Readable({ read: () => undefined });
    setImmediate(() => stream.destroy(new Error("socket gone")));
    await consume(stream, never, (piece) => expect.unreachable(piece.toString()));
  });

  it("are not read while their taker takes its time, and none is lost when the stream ends meanwhile", async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    let taking = 0;
    const taken: string[] = [];
    const consumed = consume(stream, never, async (piece) => {
      expect(taking++).toBe(0);
      await turn(20);
      taking--;
      taken.push(piece.toString());
      return false;
    });
    for (const text of ["one", "two"]) stream.write(text);
    stream.end("three");
    await turn(10);
    stream.destroy();
    await consumed;
    expect(taken[0]).toBe("one");
  });

  it("are refused by an error of their taker, now or later", async () => {
    const pieces = (): Readable => Readable.from([Buffer.from("one"), Buffer.from("two")]);
    const refuse = (): never => {
      throw new Error("no more");
    };
    await expect(consume(pieces(), never, refuse)).rejects.toThrow("no more");
    await expect(consume(pieces(), never, () => Promise.reject(new Error("no more")))).rejects.toThrow("no more");
    await expect(consume(pieces(), never, () => true)).resolves.toBeUndefined();
  });
});
