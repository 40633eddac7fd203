import { PathRefusedError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { mountPath } from "./mount-path.js";

describe("mountPath", () => {
  it("gives one spelling to a path", () => {
    expect(mountPath("//data/./a b/")).toBe("/data/a b");
    expect(mountPath("/")).toBe("/");
  });

  it.each(["data", "~/data", "$HOME/data", ""])("refuses %j, which Apptainer would take literally or not at all", (path) => {
    expect(() => mountPath(path)).toThrow("it is not an absolute path");
  });

  it("refuses a carriage return before a line break, which the reader of the record drops", () => {
    expect(mountPath("/data/a\rb")).toBe("/data/a\rb");
    expect(() => mountPath("/data/a\r\nb")).toThrow(PathRefusedError);
  });

  it("refuses to guess what .. means", () => {
    expect(() => mountPath("/data/link/../b")).toThrow("write the path without it");
  });
});
