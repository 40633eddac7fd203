import { describe, expect, it } from "vitest";
import { parentOf, pathWord } from "./path.js";

describe("paths", () => {
  it("are never options, and never end in a slash that would follow a link", () => {
    expect(["-", "-rf", "a", "a/b/", "/a//", "/", "//", "."].map(pathWord)).toEqual(["./-", "./-rf", "./a", "./a/b", "/a", "/", "/", "./."]);
    expect(["/a", "/a/b", "./a"].map(parentOf)).toEqual(["/", "/a", "."]);
  });

  it("keep every byte", () => {
    expect(pathWord(Uint8Array.from([0x2f, 0xff, 0x0a]))).toBe("/\u00ff\n");
    expect(pathWord("/é")).toBe("/\u00c3\u00a9");
  });

  it("are refused where no file can have them", () => {
    for (const path of ["", "a\0b", "\ud800", Uint8Array.from([0x61, 0])]) expect(() => pathWord(path)).toThrow("path");
  });
});
