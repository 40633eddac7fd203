import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandNodeList } from "./node-list.js";

describe("a list of nodes", () => {
  it.each([
    ["c1", ["c1"]],
    ["c[1-3],gpu1", ["c1", "c2", "c3", "gpu1"]],
    ["c[08-10,12]", ["c08", "c09", "c10", "c12"]],
    ["r[1-2]n[1-2]-ib", ["r1n1-ib", "r1n2-ib", "r2n1-ib", "r2n2-ib"]],
    ["", []],
  ])("%j names %j", (text, names) => {
    expect(expandNodeList(text)).toEqual(names);
  });

  it.each(["c[1-x]", "c[3-1]", "c[1-99999999]", "c[]", "c[1-", "c]1", "a,,b"])("%j is none", (text) => {
    expect(expandNodeList(text)).toBeUndefined();
  });

  it("never hangs, whatever is written", () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("c", "1", "9", "[", "]", "-", ","), maxLength: 30 }), (text) => void expandNodeList(text)));
  });
});
