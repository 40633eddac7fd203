import type { Cancellable } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allOrNone } from "./all-or-none.js";

describe("allOrNone", () => {
  /** Waits until it is aborted. */
  const waiting = ({ signal }: Cancellable): Promise<never> => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));

  it("gives all answers, in order", async () => {
    expect(await allOrNone([3, 1, 2], async (each) => each * 10, {})).toEqual([30, 10, 20]);
  });

  it("aborts the others as soon as one fails", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const act = (each: number, options: Cancellable): Promise<never> => {
      signals.push(options.signal);
      return each === 2 ? Promise.reject(new Error("the second")) : waiting(options);
    };
    await expect(allOrNone([1, 2, 3], act, {})).rejects.toThrow("the second");
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, true]);
  });

  it("is aborted by its caller", async () => {
    const leaving = new AbortController();
    const all = allOrNone([1, 2], (_, options) => waiting(options), leaving);
    leaving.abort(new Error("enough"));
    await expect(all).rejects.toThrow("enough");
  });
});
