import { describe, expect, it } from "vitest";
import { cancelledBy, finalState, parseState, readState } from "./job-state.js";

describe("parseState", () => {
  it("reads a state, and one with words behind it", () => {
    expect(parseState("RUNNING")).toEqual({ base: "RUNNING", flags: [], raw: "RUNNING" });
    expect(parseState("CANCELLED by 2001")).toMatchObject({ base: "CANCELLED", raw: "CANCELLED by 2001" });
    expect(parseState("CANCELLED+").base).toBe("CANCELLED");
  });

  it("takes a flag for what it implies, and for nothing where it hides the state", () => {
    expect(parseState("REQUEUE_HOLD")).toMatchObject({ base: "PENDING", flags: ["REQUEUE_HOLD"] });
    expect(parseState("CONFIGURING")).toMatchObject({ base: "RUNNING", flags: ["CONFIGURING"] });
    expect(parseState("COMPLETING")).toMatchObject({ base: "UNKNOWN", flags: ["COMPLETING"] });
  });

  it.each(["", "completed", "COMPLETEDX", "HIBERNATING", "toString", "constructor"])("takes %j for unknown, never for an end", (raw) => {
    expect(parseState(raw)).toEqual({ base: "UNKNOWN", flags: [], raw });
    expect(finalState(parseState(raw))).toBeUndefined();
  });

  it.each([
    [["RUNNING"], "RUNNING", [], undefined],
    [["COMPLETING", "FAILED"], "FAILED", ["COMPLETING"], undefined],
    [["NODE_FAIL", "REQUEUED", "COMPLETING"], "NODE_FAIL", ["REQUEUED", "COMPLETING"], undefined],
    [["PENDING", "SPECIAL_EXIT"], "PENDING", ["SPECIAL_EXIT"], undefined],
    [["FAILED", "LAUNCH_FAILED"], "FAILED", ["LAUNCH_FAILED"], "FAILED"],
    [["CONFIGURING", "RUNNING", "POWER_UP_NODE"], "RUNNING", ["CONFIGURING", "POWER_UP_NODE"], undefined],
    [["HIBERNATING", "COMPLETED"], "COMPLETED", [], "COMPLETED"],
    [["INVALID"], "UNKNOWN", [], undefined],
    [[], "UNKNOWN", [], undefined],
  ] as const)("reads %j as JSON lists it, and what ends it", (words, base, flags, final) => {
    const state = readState(words);
    expect(state).toMatchObject({ base, flags });
    expect(finalState(state)).toBe(final);
  });

  it("says who cancelled, where Slurm does", () => {
    expect(cancelledBy("CANCELLED by 2001")).toBe(2001);
    expect(cancelledBy("CANCELLED")).toBeUndefined();
  });
});
