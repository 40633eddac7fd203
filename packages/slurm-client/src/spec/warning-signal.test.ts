import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatWarningSignal, warningSignalSchema } from "./warning-signal.js";

const written = (input: unknown): string => formatWarningSignal(warningSignalSchema.parse(input));

describe("a warning signal", () => {
  it("is written as sbatch reads it", () => {
    expect(written({ name: "USR1", to: "batch", secondsBefore: 300 })).toBe("B:USR1@300");
    expect(written({ name: "USR2", to: "steps" })).toBe("USR2@60");
    expect(written({ name: "TERM", to: "steps", yieldsToReservation: true })).toBe("R:TERM@60");
    expect(written({ name: "TERM", to: "batch", secondsBefore: 0, yieldsToReservation: true })).toBe("RB:TERM@0");
  });

  it("comes within the seconds that Slurm can count", () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 70_000 }), (secondsBefore) => {
        expect(warningSignalSchema.safeParse({ name: "USR1", to: "batch", secondsBefore }).success).toBe(secondsBefore >= 0 && secondsBefore <= 65_535);
      }),
    );
  });

  it.each([{ name: "USR1" }, { name: "SIGUSR1", to: "batch" }, { name: "WINCH", to: "batch" }, { name: 10, to: "batch" }, { name: "USR1", to: "all" }])("refuses %j", (input) => {
    expect(warningSignalSchema.safeParse(input).success).toBe(false);
  });
});
