import { expand, fragment, secret, setVariable, sh, type SetupStep } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { crossesByPrefix, divideSetup } from "./crossing.js";

const prepend: SetupStep = { kind: "prepend", name: "PATH", folder: "/venv/bin" };

describe("divideSetup", () => {
  it("carries leading variables by prefix, a secret as a secret", () => {
    const token = secret("canary");
    expect(divideSetup([setVariable("SITE", "a,b=$c"), setVariable("TOKEN", token)])).toEqual({
      carried: [
        { kind: "set", name: "APPTAINERENV_SITE", value: "a,b=$c" },
        { kind: "set", name: "APPTAINERENV_TOKEN", value: token },
      ],
      inside: [],
    });
  });

  it.each([
    ["a step that runs something", fragment(sh`true`)],
    ["a path list", prepend],
    ["the end of a path list", { kind: "append", name: "PATH", folder: "/opt/bin" }],
    ["an expression, which means the container's variables", setVariable("B", expand("$A"))],
    ["a line break that Apptainer would change", setVariable("B", "a\r\nb")],
    ["a name that Apptainer drops", setVariable("LD_LIBRARY_PATH", "/x")],
  ] satisfies [string, SetupStep][])("leaves everything from %s on to the inside", (_what, step) => {
    const rest = [step, setVariable("LAST", "1")];
    expect(divideSetup([setVariable("FIRST", "1"), ...rest])).toEqual({ carried: [{ kind: "set", name: "APPTAINERENV_FIRST", value: "1" }], inside: rest });
  });

  it("refuses a secret that would not arrive whole, without showing it", () => {
    expect(() => divideSetup([setVariable("TOKEN", secret("canary\r\n"))])).toThrow(/^(?!.*canary).*TOKEN: Apptainer would drop the carriage returns/);
  });

  it("refuses a name whose value a shell makes itself", () => {
    expect(() => divideSetup([setVariable("A", "1"), { kind: "set", name: "UID", value: "0" }])).toThrow("UID: is a name that shells keep for themselves");
  });
});

describe("crossesByPrefix", () => {
  it.each(["HOME", "PATH", "UID", "APPTAINER_NAME", "SING_USER_DEFINED_PATH", "PREPEND_PATH", "e", "key"])("is false for %s", (name) => {
    expect(crossesByPrefix(name)).toBe(false);
  });

  it.each(["SITE", "PYTHONPATH", "HOMEPAGE", "PATHS", "SLURM_JOB_ID", "http_proxy", "keys", "E"])("is true for %s", (name) => {
    expect(crossesByPrefix(name)).toBe(true);
  });
});
