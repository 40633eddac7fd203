import { describe, expect, it } from "vitest";
import { nothing, type Outcome } from "./stage.js";
import { readReport } from "./tool.js";

const report = (outcome: Partial<Outcome>): string => JSON.stringify({ ...nothing, passed: 3, ...outcome });
const said = { ok: true, end: "exit status 0", output: "its last words" };

describe("what vitest reported", () => {
  it("counts as it is", () => {
    expect(readReport(report({}), said, "vitest")).toEqual({ ...nothing, passed: 3 });
    const failed = [{ title: "x", text: "broken" }];
    expect(readReport(report({ failed }), { ...said, ok: false }, "vitest")).toEqual({ ...nothing, passed: 3, failed });
  });

  it.each([
    ["ended badly although its tests passed", report({}), false, 3],
    ["was killed before it reported", undefined, false, 0],
    ["reported nothing although it ended well", undefined, true, 0],
  ])("is a failure where it %s", (_what, written, ok, passed) => {
    expect(readReport(written, { ...said, ok }, "vitest x")).toEqual({ ...nothing, passed, failed: [{ title: "vitest x", text: "it ended with exit status 0\nits last words" }] });
  });
});
