import { describe, expect, it } from "vitest";
import { replayedInput } from "./replayed-input.js";

const iteratorOf = (input: ReturnType<ReturnType<typeof replayedInput>["give"]>): AsyncIterator<string | Uint8Array> => (input as AsyncIterable<string | Uint8Array>)[Symbol.asyncIterator]();

describe("an input that is given again", () => {
  it("begins anew, and has the piece that the one before waited for once", async () => {
    let send: (piece: string) => void = () => undefined;
    async function* source(): AsyncGenerator<string> {
      yield "one";
      yield await new Promise<string>((resolve) => (send = resolve));
      yield "three";
    }
    const input = replayedInput(source());
    const first = iteratorOf(input.give());
    expect((await first.next()).value).toBe("one");
    const waiting = first.next();
    const second = iteratorOf(input.give());
    expect((await second.next()).value).toBe("one");
    const coming = second.next();
    send("two");
    expect((await coming).value).toBe("two");
    await waiting;
    expect([(await second.next()).value, (await second.next()).done]).toEqual(["three", true]);
  });

  it("is not kept beyond what can be on the way", async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 9; count++) yield new Uint8Array(1_048_576);
    }
    const input = replayedInput(source());
    const reading = iteratorOf(input.give());
    for (let count = 0; count < 8; count++) await reading.next();
    expect(input.isWhole()).toBe(true);
    await reading.next();
    expect(input.isWhole()).toBe(false);
  });

  it("ends its source when nobody reads it any more, and fails as that does, each time", async () => {
    let isEnded = false;
    async function* source(): AsyncGenerator<string> {
      try {
        yield "one";
        yield "two";
      } finally {
        isEnded = true;
      }
    }
    const input = replayedInput(source());
    await iteratorOf(input.give()).next();
    input.end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(isEnded).toBe(true);
    const broken = replayedInput({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("no more")) }) });
    await expect(iteratorOf(broken.give()).next()).rejects.toThrow("no more");
    await expect(iteratorOf(broken.give()).next()).rejects.toThrow("no more");
  });

  it("that is a text stays that", () => {
    const { give, isWhole } = replayedInput("text");
    expect([give(), isWhole()]).toEqual(["text", true]);
  });
});
