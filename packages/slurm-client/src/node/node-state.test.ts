import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNodeState } from "./node-state.js";

describe("the state of a node", () => {
  it.each([
    ["IDLE", "IDLE", [], true],
    ["MIXED+PLANNED", "MIXED", ["PLANNED"], true],
    ["IDLE+DRAIN", "IDLE", ["DRAIN"], false],
    ["DOWN*+DRAIN", "DOWN", ["NOT_RESPONDING", "DRAIN"], false],
    ["IDLE+CLOUD+POWERED_DOWN", "IDLE", ["CLOUD", "POWERED_DOWN"], true],
    ["DOWN+NOT_RESPONDING", "DOWN", ["NOT_RESPONDING"], false],
    ["IDLE+MAINTENANCE+RESERVED", "IDLE", ["MAINTENANCE", "RESERVED"], false],
    ["drained*", "IDLE", ["DRAIN", "NOT_RESPONDING"], false],
    ["draining", "ALLOCATED", ["DRAIN"], false],
    ["mix-", "MIXED", ["PLANNED"], true],
    ["idle~", "IDLE", ["POWERED_DOWN"], true],
    ["allocated#", "ALLOCATED", ["POWERING_UP"], true],
    ["idle%", "IDLE", ["POWERING_DOWN"], true],
    ["idle$", "IDLE", ["MAINTENANCE"], false],
    ["idle@", "IDLE", ["REBOOT_REQUESTED"], true],
    ["idle^*", "IDLE", ["REBOOT_ISSUED", "NOT_RESPONDING"], false],
    ["maint", "UNKNOWN", ["MAINTENANCE"], false],
    ["inval", "UNKNOWN", ["INVALID_REG"], false],
  ] as const)("%j is %s and %j", (raw, base, flags, takesJobs) => {
    expect(parseNodeState(raw)).toEqual({ base, flags, raw, takesJobs });
  });

  it("that is not known takes no jobs, whatever was written", () => {
    expect(parseNodeState("LEVITATING+SINGING")).toEqual({ base: "UNKNOWN", flags: [], raw: "LEVITATING+SINGING", takesJobs: false });
    fc.assert(
      fc.property(fc.string(), (raw) => {
        const state = parseNodeState(raw);
        expect(state.raw).toBe(raw);
        if (state.takesJobs) expect(["IDLE", "MIXED", "ALLOCATED"]).toContain(state.base);
      }),
    );
  });
});
