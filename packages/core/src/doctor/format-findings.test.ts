import { describe, expect, it } from "vitest";
import { formatFindings } from "./format-findings.js";
import type { Finding } from "./finding.js";

const finding = (severity: Finding["severity"], code: string): Finding => ({ code, severity, cause: "Every start is slow.", observed: "a\nb", fix: "install it" });

describe("formatFindings", () => {
  it("writes the worst first, and keeps several lines together", () => {
    expect(formatFindings([finding("note", "n"), finding("error", "e"), finding("warning", "w"), finding("error", "f")]).match(/^\w+: \w+/gm)).toEqual(["error: e", "error: f", "warning: w", "note: n"]);
    expect(formatFindings([finding("warning", "slow-start")])).toBe("warning: slow-start\n  Every start is slow.\n  seen: a\n  b\n  fix:  install it");
  });

  it("says so where there is nothing to say", () => {
    expect(formatFindings([])).toMatch(/nothing was found/);
  });
});
