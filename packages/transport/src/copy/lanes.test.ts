import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Block } from "./blocks.js";
import { sendThroughLanes, type Cargo } from "./lanes.js";

const huge = 1024 ** 3;
const witness = { line: "full 0 -" };

async function* blocks(count: number): AsyncGenerator<Block> {
  for (let index = 0; index < count; index++) yield await Promise.resolve({ offset: index, bytes: Buffer.from([index]) });
}
const cargo = (count: number, more: Partial<Cargo> = {}): Cargo => ({ blocks: blocks(count), witness, totalBytes: huge, ...more });

async function drain(input: AsyncIterable<Uint8Array>, into: string[]): Promise<void> {
  for await (const piece of input) {
    into.push(Buffer.from(piece).toString("latin1"));
    await turn();
  }
}

it("hands out every block once, each after its place and length, and the witness at the end", async () => {
  const lanes: string[][] = [[]];
  await sendThroughLanes(cargo(50), {
    owner: (input, onOutput) => {
      onOutput();
      return drain(input, lanes[0] ?? []);
    },
    helper: (input) => {
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

it("has no helpers for what is small", async () => {
  const sent: string[] = [];
  const helper = (): Promise<void> => Promise.reject(new Error("not needed"));
  await sendThroughLanes(cargo(2, { totalBytes: 1000 }), { owner: (input, onOutput) => (onOutput(), drain(input, sent)), helper });
  expect(sent.length).toBe(6);
});

it("does not wait for a helper that never gets a channel", async () => {
  const sent: string[] = [];
  await sendThroughLanes(cargo(3), {
    owner: (input, onOutput) => (onOutput(), drain(input, sent)),
    helper: (_, stop) => new Promise((_resolve, reject) => stop.addEventListener("abort", () => reject(new Error("gave up")))),
  });
  expect(sent.at(-1)).toBe("full 0 -\n");
});

it("fails where a helper has failed that had begun, and stops the others", async () => {
  let stopped = 0;
  let number = 0;
  const sending = sendThroughLanes(cargo(1000), {
    owner: (input, onOutput) => (onOutput(), drain(input, [])),
    helper: async (input, stop) => {
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
});
