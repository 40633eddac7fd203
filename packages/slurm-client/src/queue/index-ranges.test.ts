import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countIndices, eachIndex, formatIndexList, haveCommon, joinRanges, parseIndexList, parseIndexRanges, rangesOf, subtractRanges } from "./index-ranges.js";

describe("haveCommon", () => {
  it.each([
    ["3-5,9", "1-2,6-8,10", false],
    ["3-5,9", "9", true],
    ["3-5", "5-7", true],
    ["0-100", "50", true],
    ["1", "0", false],
  ])("of %s and %s is %s", (some, others, expected) => {
    expect(haveCommon(parseIndexRanges(some), parseIndexRanges(others))).toBe(expected);
    expect(haveCommon(parseIndexRanges(others), parseIndexRanges(some))).toBe(expected);
  });
});

describe("parseIndexRanges", () => {
  it.each([
    ["3", [3]],
    ["0-3,7%2", [0, 1, 2, 3, 7]],
    ["[2-4,12-13%56]", [2, 3, 4, 12, 13]],
    ["0-20:5", [0, 5, 10, 15, 20]],
    ["5,4,3-4", [3, 4, 5]],
  ])("reads %s", (text, indices) => {
    expect([...eachIndex(parseIndexRanges(text))]).toEqual(indices);
  });

  it("keeps a million tasks that wait as one run", () => {
    const ranges = parseIndexRanges("0-3999999%10");
    expect(ranges).toEqual([{ first: 0, last: 3_999_999 }]);
    expect(countIndices(ranges)).toBe(4_000_000);
  });

  it.each(["", "x", "1-", "3-1", "1,3,...", "1,,2", "0-5:0", "99999999", "-1", "1 2"])("throws on %j", (text) => {
    expect(() => parseIndexRanges(text)).toThrow(RangeError);
  });
});

it("an index that no cluster takes is named with the bound", () => {
  expect(() => parseIndexRanges("0-99999999")).toThrow("the highest index of any cluster is 4000000 (of this one MaxArraySize says it), not 99999999");
});

describe("sets of indices", () => {
  const indices = fc.array(fc.nat(60), { maxLength: 40 });

  it("are subtracted and joined as sets are", () => {
    fc.assert(
      fc.property(indices, indices, (one, other) => {
        const without = [...eachIndex(subtractRanges(rangesOf(one), rangesOf(other)))];
        expect(without).toEqual([...new Set(one)].filter((index) => !other.includes(index)).sort((a, b) => a - b));
        expect([...eachIndex(joinRanges([rangesOf(one), rangesOf(other)]))]).toEqual([...new Set([...one, ...other])].sort((a, b) => a - b));
      }),
    );
  });
});

describe("index lists", () => {
  it("is written so that it reads back, as short as runs allow", () => {
    expect(formatIndexList([0, 1, 2, 3, 7])).toBe("0-3,7");
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300), { minLength: 1 }), (indices) => {
        const ascending = indices.sort((one, other) => one - other);
        expect(parseIndexList(formatIndexList(ascending))).toEqual(ascending);
      }),
    );
  });
});
