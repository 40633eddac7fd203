import { describe, expect, it } from "vitest";
import { dependencySchema, formatDependency } from "./dependency.js";

const written = (input: unknown): string | undefined => formatDependency(dependencySchema.parse(input));

describe("a dependency", () => {
  it("takes handles, ids and tasks, and is written as sbatch reads it", () => {
    expect(written({ afterOk: [{ id: "12" }, 13, "14_3", { id: "16", taskIndex: 2 }], afterAny: ["15"], singleton: true })).toBe("afterok:12:13:14_3:16_2,afterany:15,singleton");
    expect(written({ afterCorresponding: [7], after: [8], afterNotOk: [9] })).toBe("afternotok:9,after:8,aftercorr:7");
  });

  it("may be any one of several, or on so long after a start", () => {
    expect(written({ anyOf: { afterOk: [{ id: "12" }], afterAny: [13], singleton: true } })).toBe("afterok:12?afterany:13?singleton");
    expect(written({ after: [{ job: { id: "12" }, minutes: 5 }, 13], afterBurstBuffer: [14] })).toBe("after:12+5:13,afterburstbuffer:14");
  });

  it("on nothing is none", () => {
    expect(written({})).toBeUndefined();
    expect(written({ anyOf: {} })).toBeUndefined();
  });

  it.each([{ afterOk: [] }, { after: [{ job: 1, minutes: 0 }] }, { afterOk: [{ job: 1, minutes: 5 }] }, { anyOf: { afterOk: [1] }, afterAny: [2] }, { anyOf: { anyOf: {} } }, { afterOk: ["0"] }, { afterOk: ["1,afterany:2"] }, { afterOk: ["1:2"] }, { singleton: false }, { afterok: ["1"] }])("refuses %j", (input) => {
    expect(dependencySchema.safeParse(input).success).toBe(false);
  });
});
