import { AbortedError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { createTurns } from "./turns.js";

describe("turns", () => {
  it("let so many run at a time, in the order in which they came", async () => {
    const turns = createTurns(3);
    const began: number[] = [];
    let [running, most] = [0, 0];
    const call = (number: number) => async (): Promise<number> => {
      began.push(number);
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return number;
    };
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    expect(await Promise.all(numbers.map((number) => turns(call(number))))).toEqual(numbers);
    expect(began).toEqual(numbers);
    expect(most).toBe(3);
  });

  it("are not waited for any more by a call that is aborted", async () => {
    const turns = createTurns(1);
    let answer: (value: string) => void = () => undefined;
    const first = new Promise<string>((resolve) => (answer = resolve));
    const leaving = new AbortController();
    const calls = [turns(() => first), turns(() => Promise.resolve("never"), leaving), turns(() => Promise.resolve("third"))];
    leaving.abort(new Error("enough"));
    await expect(calls[1]).rejects.toThrow(AbortedError);
    answer("first");
    expect(await Promise.allSettled(calls)).toMatchObject([{ value: "first" }, { status: "rejected" }, { value: "third" }]);
  });
});
