import { describe, expect, it } from "vitest";
import { dependencySchema, formatDependency } from "./dependency.js";

const written = (input: unknown): string | undefined => formatDependency(dependencySchema.parse(input));

describe("a dependency", () => {
  it("takes handles, ids and tasks, and is written as sbatch reads it", () => {
    expect(written({ afterOk: [{ id: "12" }, 13, "14_3"], afterAny: ["15"], singleton: true })).toBe("afterok:12:13:14_3,afterany:15,singleton");
    expect(written({ afterCorresponding: [7], after: [8], afterNotOk: [9] })).toBe("afternotok:9,after:8,aftercorr:7");
  });

  it("on nothing is none", () => {
    expect(written({})).toBeUndefined();
  });

  it.each([{ afterOk: [] }, { afterOk: ["0"] }, { afterOk: ["1,afterany:2"] }, { afterOk: ["1:2"] }, { singleton: false }, { afterok: ["1"] }])("refuses %j", (input) => {
    expect(dependencySchema.safeParse(input).success).toBe(false);
  });
});
