import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionsError } from "../error/errors.js";
import { formatSlurmTime, parseDuration, parseSlurmTime } from "./duration.js";

describe("parseDuration", () => {
  it.each([
    ["4h", 14_400],
    ["90m", 5_400],
    ["1h30m", 5_400],
    ["2d", 172_800],
    ["45s", 45],
    ["1-12", 129_600],
    ["1-12:30", 131_400],
    ["1-12:30:15", 131_415],
    ["60:30", 3_630],
    ["01:00:00", 3_600],
    ["unlimited", Infinity],
    ["INFINITE", Infinity],
  ])("reads %s", (text, seconds) => {
    expect(parseDuration(text)).toEqual({ seconds });
  });

  it.each(["", " ", "4", "-5", "-5m", "4 hours", "h", "1:2:3:4", "1d-2", "NaN", "4h30"])("refuses %j", (text) => {
    expect(() => parseDuration(text)).toThrow(OptionsError);
  });

  it("says what a bare number lacks", () => {
    expect(() => parseDuration("90")).toThrow('"90m" for minutes');
  });
});

describe("Slurm's times", () => {
  it("reads a bare number as minutes, and fractions as accounting prints them", () => {
    expect(parseSlurmTime("90").seconds).toBe(5_400);
    expect(parseSlurmTime("00:01.250").seconds).toBe(1.25);
    expect(parseSlurmTime("0:00").seconds).toBe(0);
  });

  it("come back as they were written", () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(400 * 86_400), fc.constant(Infinity)), (seconds) => {
        expect(parseSlurmTime(formatSlurmTime({ seconds }))).toEqual({ seconds });
      }),
    );
  });

  it("round parts of a second up", () => {
    expect(formatSlurmTime({ seconds: 0.2 })).toBe("0-00:00:01");
  });
});
