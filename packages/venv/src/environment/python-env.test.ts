import { OptionsError, secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { pythonEnv, type PythonEnvInput } from "./python-env.js";

const given = { root: "/shared//venvs/ma in/", requirements: { text: "" } };

describe("pythonEnv", () => {
  it("is data with nothing left open", () => {
    expect(pythonEnv(given)).toEqual({
      root: "/shared/venvs/ma in", requirements: { text: "" }, constraints: undefined, python: "python3",
      basePrefix: undefined, wheels: undefined, index: undefined, policy: undefined,
    });
  });

  it.each(['/a"b', "/a$b", "/a`b", "/a\\b", "/a:b", "/a\nb", "a/b", "/a/../b"])("refuses the root %j, in which pip's programs would not start", (root) => {
    expect(() => pythonEnv({ ...given, root })).toThrow(OptionsError);
  });

  it.each(["/", "/usr", "/usr/local/"])("refuses to mount the host's %s over an image's own", (basePrefix) => {
    expect(() => pythonEnv({ ...given, basePrefix })).toThrow("basePrefix: it cannot be mounted over an image's own");
  });

  it("refuses a password that would be shown, and takes it as a secret", () => {
    const index = "https://user:canary@packages.example.edu/simple";
    expect(() => pythonEnv({ ...given, index })).toThrow("give it as secret(…)");
    expect(JSON.stringify(pythonEnv({ ...given, index: secret(index) }))).not.toContain("canary");
  });

  it("names the close match of an unknown option", () => {
    expect(() => pythonEnv({ ...given, wheel: "x" } as PythonEnvInput)).toThrow('wheel: unknown option; did you mean "wheels"?');
  });
});
