import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { channelWindow } from "./channel-window.js";

const never = new AbortController().signal;

describe("the window of channels", () => {
  it("lets no more in than it has places, in the order in which they came", async () => {
    const window = channelWindow(2);
    const order: number[] = [];
    let inside = 0;
    const work = async (index: number): Promise<void> => {
      const leave = await window.enter(never);
      order.push(index);
      inside++;
      expect(inside).toBeLessThanOrEqual(2);
      await delay(5);
      inside--;
      leave();
      leave();
    };
    await Promise.all(Array.from({ length: 9 }, (_, index) => work(index)));
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(window.taken).toBe(0);
  });

  it("forgets those who gave up waiting", async () => {
    const window = channelWindow(1);
    const leave = await window.enter(never);
    const impatient = new AbortController();
    const waiting = window.enter(impatient.signal);
    const next = window.enter(never);
    impatient.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortedError" });
    leave();
    (await next)();
    expect(window.taken).toBe(0);
    await expect(window.enter(impatient.signal)).rejects.toBeDefined();
  });
});
