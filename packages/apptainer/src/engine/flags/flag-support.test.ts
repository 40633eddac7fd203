import { describe, expect, it } from "vitest";
import { EngineError } from "../../error/apptainer-errors.js";
import { parseEngineVersion } from "../engine-version.js";
import { flagRefusal, requireFlags } from "./flag-support.js";

const engine = (text: string): ReturnType<typeof parseEngineVersion> => parseEngineVersion(text);

describe("flagRefusal", () => {
  it.each([
    ["apptainer version 1.1.3", "exec", "no-eval", undefined],
    ["apptainer version 1.1.9", "exec", "sharens", "apptainer version 1.1.9 does not have it; Apptainer has it since 1.3"],
    ["apptainer version 1.4.5", "exec", "device", "Apptainer has it since 1.5"],
    ["apptainer version 1.9.0", "exec", "device", undefined],
    ["apptainer version 2.0.0", "exec", "device", undefined],
    ["apptainer version 1.4.5", "instance start", "sharens", "no version of Apptainer has it"],
    ["apptainer version 1.0.3", "exec", "no-eval", "which is older than Apptainer 1.1"],
    ["singularity-ce version 3.11.5", "exec", "no-eval", "which is older than SingularityCE 4.0"],
    ["singularity version 3.8.7", "exec", "nv", "nothing is known of the flags of singularity version 3.8.7"],
  ] as const)("of %s: %s --%s", (text, verb, flag, reason) => {
    if (reason === undefined) expect(flagRefusal(engine(text), verb, flag)).toBeUndefined();
    else expect(flagRefusal(engine(text), verb, flag)).toContain(reason);
  });

  it("is thrown for all at once, with what a program may want to know", () => {
    const failure = ((): unknown => {
      try {
        requireFlags(engine("apptainer version 1.2.5"), "exec", ["nv", "sharens", "device", "sharens"]);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(EngineError);
    expect(failure).toMatchObject({ code: "flag-unsupported", detail: { verb: "exec", version: "apptainer version 1.2.5", flags: ["sharens", "device"] } });
  });
});
