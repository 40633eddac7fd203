import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIndexList } from "../queue/index-ranges.js";
import { fewestNodes, formatNodeCount, nodeCountSchema } from "./node-count.js";

describe("a number of nodes", () => {
  it("is fixed, a range, or one of several", () => {
    expect(formatNodeCount(3)).toBe("3");
    expect(formatNodeCount({ min: 1, max: 4 })).toBe("1-4");
    expect(formatNodeCount([8, 1, 4])).toBe("1,4,8");
    expect(fewestNodes([8, 2, 4])).toBe(2);
  });

  it("lists just what was listed", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 64 }), { minLength: 1 }), (nodes) => {
        expect(parseIndexList(formatNodeCount(nodes))).toEqual([...nodes].sort((one, other) => one - other));
      }),
    );
  });

  it.each([0, 1.5, "2", { min: 3, max: 2 }, { min: 1 }, [], [0]])("refuses %j", (input) => {
    expect(nodeCountSchema.safeParse(input).success).toBe(false);
  });
});
