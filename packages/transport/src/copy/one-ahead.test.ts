import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { oneAhead } from "./one-ahead.js";

async function* upTo(count: number, made: number[] = [], onEnd: () => void = () => undefined): AsyncGenerator<number, void> {
  try {
    for (let item = 0; item < count; item++) {
      await turn();
      made.push(item);
      yield item;
    }
  } finally {
    onEnd();
  }
}

it("gives all items in their order", async () => {
  const items: number[] = [];
  for await (const item of oneAhead(upTo(3))) items.push(item);
  expect(items).toEqual([0, 1, 2]);
});

it("makes one item ahead, and no more", async () => {
  const made: number[] = [];
  for await (const item of oneAhead(upTo(5, made))) {
    for (let passed = 0; passed < 10; passed++) await turn();
    expect(made).toHaveLength(Math.min(item + 2, 5));
  }
});

it("ends what it reads when nobody takes more", async () => {
  let isEnded = false;
  for await (const item of oneAhead(upTo(5, [], () => (isEnded = true)))) if (item === 1) break;
  expect(isEnded).toBe(true);
});

it("tells a failure in its turn, and not to who has stopped before it", async () => {
  async function* failing(): AsyncGenerator<number, void> {
    yield 0;
    await turn();
    throw new Error("no more");
  }
  const taken: number[] = [];
  await expect(async () => {
    for await (const item of oneAhead(failing())) taken.push(item);
  }).rejects.toThrow("no more");
  expect(taken).toEqual([0]);
  for await (const item of oneAhead(failing())) {
    expect(item).toBe(0);
    break;
  }
});
