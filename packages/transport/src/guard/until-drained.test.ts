import { PassThrough, Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { untilDrained } from "./until-drained.js";

it("waits until a stream takes more, and leaves no listener behind", async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const drained = untilDrained(stream, new Promise(() => undefined));
  for (let count = 0; count < 20; count++) {
    stream.write("more");
    const waiting = drained();
    stream.read();
    expect(await waiting).toBe(true);
  }
  expect(stream.listenerCount("drain")).toBe(0);
});

it("waits no longer than until all is over, well or not", async () => {
  for (const end of [() => Promise.resolve(), () => Promise.reject(new Error("gone"))]) {
    const stuck = new Writable({ highWaterMark: 1, write: () => undefined });
    let finish: () => void = () => undefined;
    const drained = untilDrained(stuck, new Promise<void>((resolve) => (finish = resolve)).then(end));
    stuck.write("more");
    const waiting = drained();
    finish();
    expect([await waiting, await drained()]).toEqual([false, false]);
    await turn();
  }
});

it("keeps no memory for each time that it has waited", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const stream = new PassThrough({ highWaterMark: 1 }).resume();
  const drained = untilDrained(stream, new Promise(() => undefined));
  const before = heap();
  const wait = async (): Promise<void> => {
    stream.write("more");
    await drained();
  };
  for (let count = 0; count < 20_000; count++) await wait();
  const grown = heap() - before;
  // It has been in use all the time.
  await wait();
  expect(grown).toBeLessThan(1_000_000);
});
