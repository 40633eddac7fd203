import { describe, expect, it } from "vitest";
import { hasNoEval, parseEngineVersion } from "./engine-version.js";

describe("parseEngineVersion", () => {
  it.each([
    ["apptainer version 1.4.5\n", "apptainer", [1, 4, 5]],
    ["apptainer version 1.4.5-1.el9\n", "apptainer", [1, 4, 5]],
    ["apptainer version 1.5.0-rc.1+12-gabc\n", "apptainer", [1, 5, 0]],
    ["singularity-ce version 4.1.1-jammy\n", "singularity-ce", [4, 1, 1]],
    ["singularity version 3.8.7\n", "singularity", [3, 8, 7]],
  ])("reads %j", (stdout, flavour, numbers) => {
    const { major, minor, patch, ...rest } = parseEngineVersion(stdout);
    expect([rest.flavour, [major, minor, patch]]).toEqual([flavour, numbers]);
  });

  it("guesses nothing from another program's answer", () => {
    expect(() => parseEngineVersion("podman version 5.0.0")).toThrow("no version of a known container engine");
  });
});

describe("hasNoEval", () => {
  it.each([
    ["apptainer version 1.0.3", false],
    ["apptainer version 1.1.0", true],
    ["apptainer version 2.0.0", true],
    ["singularity-ce version 3.9.5", false],
    ["singularity-ce version 3.10.0", true],
    ["singularity version 3.8.7", false],
  ])("of %s is %s", (text, expected) => {
    expect(hasNoEval(parseEngineVersion(text))).toBe(expected);
  });
});
