import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionsError } from "../error/errors.js";
import { formatSlurmMemory, parseMemorySize } from "./memory-size.js";

describe("parseMemorySize", () => {
  it.each([
    ["32G", 32 * 1024 ** 3],
    ["500M", 500 * 1024 ** 2],
    ["1.5T", 1.5 * 1024 ** 4],
    ["62.50G", 62.5 * 1024 ** 3],
    ["64 GiB", 64 * 1024 ** 3],
    ["100K", 102_400],
    ["12gb", 12 * 1024 ** 3],
    ["0", 0],
  ])("reads %s", (text, bytes) => {
    expect(parseMemorySize(text)).toEqual({ bytes });
  });

  it("says what a bare number lacks", () => {
    expect(() => parseMemorySize("500")).toThrow('a unit is missing: "500M" for megabytes');
  });

  it.each(["", "4000", "62.5", "-1G", "G", "1X", "1,5G", "1e3", "4 gigs"])("refuses %j", (text) => {
    expect(() => parseMemorySize(text)).toThrow(OptionsError);
  });
});

describe("formatSlurmMemory", () => {
  it("writes the largest unit that fits", () => {
    expect(formatSlurmMemory({ bytes: 32 * 1024 ** 3 })).toBe("32G");
    expect(formatSlurmMemory({ bytes: 1.5 * 1024 ** 3 })).toBe("1536M");
    expect(formatSlurmMemory({ bytes: 1 })).toBe("1K");
    expect(formatSlurmMemory({ bytes: 0 })).toBe("0K");
  });

  it("never asks for less than was said, and for under 1 KiB more", () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (bytes) => {
        const asked = parseMemorySize(formatSlurmMemory({ bytes })).bytes;
        expect(asked - bytes).toBeGreaterThanOrEqual(0);
        expect(asked - bytes).toBeLessThan(1024);
      }),
    );
  });
});
