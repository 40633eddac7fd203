import { expect, it } from "vitest";
import { untilOver } from "./until-over.js";

/** Gives two pieces, and never another. */
function stuck(): AsyncIterable<number> & { readonly left: () => number } {
  let left = 0;
  let count = 0;
  const next = (): Promise<IteratorResult<number>> => (count < 2 ? Promise.resolve({ value: count++ }) : new Promise(() => undefined));
  const leave = (): Promise<IteratorResult<number>> => {
    left++;
    return Promise.resolve({ done: true, value: undefined });
  };
  return { left: () => left, [Symbol.asyncIterator]: () => ({ next, return: leave }) };
}

it("a source that has no more is let go of when it is over, once", async () => {
  for (const isStopped of [false, true]) {
    const pieces = stuck();
    const over = new Promise<void>((resolve, reject) => setTimeout(() => (isStopped ? reject(new Error("stopped")) : resolve()), 20));
    const got: number[] = [];
    void (async () => {
      for await (const piece of untilOver(pieces, over)) got.push(piece);
    })();
    await expect.poll(pieces.left).toBe(1);
    expect(got).toEqual([0, 1]);
  }
});

it("what comes after is not handed on, and a source that has ended is not let go of", async () => {
  const got: number[] = [];
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  for await (const piece of untilOver([1, 2, 3], over)) {
    got.push(piece);
    if (piece === 2) {
      end();
      await over;
    }
  }
  expect(got).toEqual([1, 2]);
  let returned = 0;
  const whole = { [Symbol.iterator]: () => ({ next: () => ({ done: true as const, value: undefined }), return: () => ({ done: true as const, value: returned++ }) }) };
  for await (const piece of untilOver<number>(whole, new Promise(() => undefined))) got.push(piece);
  expect([got, returned]).toEqual([[1, 2], 0]);
});
