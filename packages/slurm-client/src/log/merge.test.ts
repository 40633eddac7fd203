import { describe, expect, it } from "vitest";
import { merge } from "./merge.js";

async function* count(from: number, to: number, onLeave: () => void = () => undefined): AsyncGenerator<number> {
  try {
    for (let at = from; at < to; at++) {
      await Promise.resolve();
      yield at;
    }
  } finally {
    onLeave();
  }
}

const collect = async (all: AsyncIterable<number>): Promise<readonly number[]> => {
  const found: number[] = [];
  for await (const item of all) found.push(item);
  return found;
};

const never = new Promise<void>(() => undefined);

async function* quiet(): AsyncGenerator<number> {
  await never;
  yield 0;
}

describe("merging", () => {
  it("gives the items of all, those of each in order", async () => {
    const found = await collect(merge([count(0, 3), count(10, 13), count(5, 5)]));
    expect(found.filter((item) => item < 10)).toEqual([0, 1, 2]);
    expect(found.filter((item) => item >= 10)).toEqual([10, 11, 12]);
    expect(await collect(merge([]))).toEqual([]);
  });

  it("takes in sources that come later", async () => {
    async function* sources(): AsyncGenerator<AsyncGenerator<number>> {
      yield count(0, 2);
      await new Promise((resolve) => setTimeout(resolve, 5));
      yield count(2, 4);
    }
    expect(await collect(merge(sources()))).toEqual([0, 1, 2, 3]);
  });

  it("lets a source go on only when its item was taken", async () => {
    let reached = 0;
    async function* eager(): AsyncGenerator<number> {
      for (;;) yield await Promise.resolve(++reached);
    }
    const merged = merge([eager(), quiet()]);
    expect([(await merged.next()).value, (await merged.next()).value]).toEqual([1, 2]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(reached).toBe(2);
    await merged.return(undefined);
  });

  it("fails as one of them does, and leaves all when it is left", async () => {
    async function* failing(): AsyncGenerator<number> {
      await Promise.resolve();
      yield 1;
      throw new RangeError("broken");
    }
    await expect(collect(merge([failing(), quiet()]))).rejects.toThrow("broken");
    let left = 0;
    for await (const item of merge([count(0, 9, () => left++), count(0, 9, () => left++)])) if (item === 3) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(left).toBe(2);
  });

  it("is not held up by a thousand quiet ones", async () => {
    const before = process.memoryUsage().heapUsed;
    const merged = merge([count(0, 5000), ...Array.from({ length: 1000 }, quiet)]);
    let last: number | undefined;
    do last = (await merged.next()).value as number;
    while (last < 4999);
    // A race of all for each item would hold hundreds of megabytes.
    expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(150);
    await merged.return(undefined);
  });
});
