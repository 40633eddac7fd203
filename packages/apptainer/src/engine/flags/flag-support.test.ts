import { describe, expect, it } from "vitest";
import { EngineError } from "../../error/apptainer-errors.js";
import { parseEngineVersion } from "../engine-version.js";
import { renderFlags } from "./flag-rule.js";
import { flagRefusal, requireFlags, takesOneText } from "./flag-support.js";

const engine = (text: string): ReturnType<typeof parseEngineVersion> => parseEngineVersion(text);

describe("takesOneText", () => {
  it("knows which engines read a list, and refuses several values where there is none", () => {
    const [older, newer] = [engine("apptainer version 1.3.6"), engine("apptainer version 1.4.5")];
    expect([takesOneText(older, "exec", "env-file"), takesOneText(newer, "exec", "env-file"), takesOneText(older, "exec", "overlay")]).toEqual([true, false, false]);
    const several = ["a", "b"].map((value) => ({ flag: "env-file", value, record: true as const }));
    expect(() => requireFlags(older, "exec", several)).toThrow("--env-file of exec: apptainer version 1.3.6 takes it once");
    expect(() => requireFlags(newer, "exec", several)).not.toThrow();
    const file = { flag: "env-file", value: "/a,b", record: true as const };
    expect(renderFlags([file], (flag) => takesOneText(older, "exec", flag))).toEqual(["--env-file", "/a,b"]);
    expect(renderFlags([file])).toEqual(["--env-file", '"/a,b"']);
  });
});

describe("flagRefusal", () => {
  it.each([
    ["apptainer version 1.1.3", "exec", "no-eval", undefined],
    ["apptainer version 1.1.9", "exec", "sharens", "apptainer version 1.1.9 does not have it; Apptainer has it since 1.3"],
    ["apptainer version 1.4.5", "exec", "device", "Apptainer has it since 1.5"],
    ["apptainer version 1.9.0", "exec", "device", undefined],
    ["apptainer version 2.0.0", "exec", "device", undefined],
    ["apptainer version 1.4.5", "instance start", "sharens", "no version of Apptainer has it"],
    ["apptainer version 1.3.6", "exec", "env-file", undefined],
    ["apptainer version 1.4.5", "exec", "env-file", undefined],
    ["apptainer version 1.4.5", "exec", "vm", "1.2 was the last Apptainer with it"],
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
        requireFlags(engine("apptainer version 1.2.5"), "exec", ["nv", "sharens", "device", "sharens"].map((flag) => ({ flag })));
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(EngineError);
    expect(failure).toMatchObject({ code: "flag-unsupported", detail: { verb: "exec", version: "apptainer version 1.2.5", flags: ["sharens", "device"] } });
  });
});
