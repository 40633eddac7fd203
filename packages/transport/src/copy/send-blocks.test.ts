import { setImmediate as turn } from "node:timers/promises";
import { afterEach, expect, it, vi } from "vitest";
import type { Block } from "./blocks.js";
import type { Lanes } from "./helper-lanes.js";
import { sendBlocks, type Cargo } from "./send-blocks.js";

const huge = 1024 ** 3;
const witness = { line: "full 0 -" };

/** So much that the lane's speed shows; it is left out of what the lanes below have taken. */
const first = { offset: 1000, bytes: Buffer.alloc(16 * 1024 * 1024) };

afterEach(() => vi.restoreAllMocks());

/** Every look at the clock is a second later. */
function slowWire(): void {
  let milliseconds = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (milliseconds += 1000));
}

async function* blocks(count: number): AsyncGenerator<Block> {
  yield first;
  for (let index = 0; index < count; index++) yield await Promise.resolve({ offset: index, bytes: Buffer.from([index]) });
}
const cargo = (count: number, more: Partial<Cargo> = {}): Cargo => ({ blocks: blocks(count), witness, totalBytes: huge, ...more });

async function drain(input: AsyncIterable<Uint8Array>, into: string[]): Promise<void> {
  for await (const piece of input) {
    const text = Buffer.from(piece).toString("latin1");
    if (piece.length < 100 && !text.startsWith(`${first.offset} `)) into.push(text);
    await turn();
  }
}

const said = Buffer.from("ready");
const ownerInto =
  (sent: string[]): Lanes["owner"] =>
  ({ input, onOutput }) => {
    void onOutput(said);
    return drain(input, sent);
  };

it("hands out every block once, each after its place and length, and the witness at the end", async () => {
  slowWire();
  const lanes: string[][] = [[]];
  await sendBlocks(cargo(50), {
    owner: ({ input, onOutput }) => {
      void onOutput(said);
      return drain(input, lanes[0] ?? []);
    },
    helper: ({ input }) => {
      const lane: string[] = [];
      lanes.push(lane);
      return drain(input, lane);
    },
  });
  expect(lanes.map((lane) => lane.length > 2)).toEqual([true, true, true, true]);
  expect(lanes[0]?.splice(-1)).toEqual(["full 0 -\n"]);
  expect(lanes.map((lane) => lane.splice(-1))).toEqual([["0 0\n"], ["0 0\n"], ["0 0\n"], ["0 0\n"]]);
  const sent = lanes.flatMap((lane) => lane.flatMap((piece, index) => (index % 2 === 0 ? [[piece, lane[index + 1]]] : [])));
  expect(sent.sort()).toEqual(Array.from({ length: 50 }, (_, index) => [`${index} 1\n`, String.fromCharCode(index)]).sort());
});

const notNeeded = (): Promise<void> => Promise.reject(new Error("not needed"));

it("has no helpers for what is small", async () => {
  slowWire();
  const sent: string[] = [];
  await sendBlocks(cargo(2, { totalBytes: 1000 }), { owner: ownerInto(sent), helper: notNeeded });
  expect(sent.length).toBe(6);
});

it("has no helpers where one lane is fast", async () => {
  vi.spyOn(performance, "now").mockImplementation(() => 0);
  const sent: string[] = [];
  await sendBlocks(cargo(2), { owner: ownerInto(sent), helper: notNeeded });
  expect(sent.length).toBe(6);
});

it("does not wait for a helper that never gets a channel", async () => {
  slowWire();
  const sent: string[] = [];
  await sendBlocks(cargo(3), {
    owner: ownerInto(sent),
    helper: (_, stop) => new Promise((_resolve, reject) => stop.addEventListener("abort", () => reject(new Error("gave up")))),
  });
  expect(sent.at(-1)).toBe("full 0 -\n");
});

it("fails at once where a helper has failed that had begun, and stops the others", async () => {
  slowWire();
  const sent: string[] = [];
  let stopped = 0;
  let number = 0;
  const sending = sendBlocks(cargo(1000), {
    owner: ownerInto(sent),
    helper: async ({ input }, stop) => {
      const mine = number++;
      stop.addEventListener("abort", () => stopped++);
      for await (const piece of input) {
        if (mine === 1 && piece.length > 0) throw new Error("a helper failed");
        await turn();
      }
    },
  });
  await expect(sending).rejects.toThrow("a helper failed");
  expect(stopped).toBe(3);
  expect(sent.length).toBeLessThan(100);
});
