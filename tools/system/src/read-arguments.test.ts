import { describe, expect, it } from "vitest";
import { readArguments, UsageError } from "./read-arguments.js";

describe("the arguments of a tool", () => {
  const read = (...args: string[]): unknown => readArguments({ args, options: { product: { type: "string" } } }).values;

  it("are read", () => {
    expect(read("--product", "out")).toEqual({ product: "out" });
  });

  it.each([
    ["--prodcut", "unknown option --prodcut: did you mean --product?"],
    ["--elsewhere", /'--elsewhere'/],
    ["--product", /argument missing/],
    ["out", /'out'/],
  ])("are refused with the reason: %s", (word, reason) => {
    expect(() => read(word)).toThrow(UsageError);
    expect(() => read(word)).toThrow(reason);
  });
});
