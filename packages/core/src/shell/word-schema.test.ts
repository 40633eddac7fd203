import { describe, expect, it } from "vitest";
import { parseOptions } from "../option/parse-options.js";
import { expand } from "./word.js";
import { commandSchema, wordSchema } from "./word-schema.js";

describe("wordSchema", () => {
  it("takes a text and an expression as they are", () => {
    expect(parseOptions(wordSchema, "/a b", "path")).toBe("/a b");
    expect(parseOptions(wordSchema, expand("$SCRATCH/run"), "path")).toEqual(expand("$SCRATCH/run"));
  });

  it("refuses what is neither", () => {
    expect(() => parseOptions(wordSchema, 7, "path")).toThrow("path: a word is a text, or an expression made by expand, raw or sh");
  });
});

describe("commandSchema", () => {
  it("takes words", () => {
    expect(parseOptions(commandSchema, ["echo", expand("$A"), ""], "command")).toEqual(["echo", expand("$A"), ""]);
  });

  it.each<[unknown, string]>([
    [["echo", 5, undefined], "1: a word is a text, or an expression made by expand, raw or sh"],
    [[], "a command has at least one word"],
    ["ls -l", "a command is a list of words"],
    [undefined, "a command is a list of words"],
  ])("refuses %j", (value, message) => {
    expect(() => parseOptions(commandSchema, value, "command")).toThrow(message);
  });
});
