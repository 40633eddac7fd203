import { describe, expect, it } from "vitest";
import { cancelledBy, isFinal, parseState } from "./job-state.js";

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
    expect(isFinal(parseState(raw).base)).toBe(false);
  });

  it("says who cancelled, where Slurm does", () => {
    expect(cancelledBy("CANCELLED by 2001")).toBe(2001);
    expect(cancelledBy("CANCELLED")).toBeUndefined();
  });
});
