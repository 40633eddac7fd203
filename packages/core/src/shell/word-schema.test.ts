import { describe, expect, it } from "vitest";
import { parseOptions } from "../option/parse-options.js";
import { expand } from "./word.js";
import { wordSchema } from "./word-schema.js";

describe("wordSchema", () => {
  it("takes a text and an expression as they are", () => {
    expect(parseOptions(wordSchema, "/a b", "path")).toBe("/a b");
    expect(parseOptions(wordSchema, expand("$SCRATCH/run"), "path")).toEqual(expand("$SCRATCH/run"));
  });

  it("refuses what is neither", () => {
    expect(() => parseOptions(wordSchema, 7, "path")).toThrow("path: a word is a text, or an expression made by expand, raw or sh");
  });
});
