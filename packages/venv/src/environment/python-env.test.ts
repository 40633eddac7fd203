import { OptionsError, secret } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { pythonEnv, type PythonEnvInput } from "./python-env.js";

const given = { root: "/shared//venvs/ma in/", requirements: { text: "" } };

describe("pythonEnv", () => {
  it("is data with nothing left open", () => {
    expect(pythonEnv(given)).toEqual({
      root: "/shared/venvs/ma in", requirements: [{ text: "" }], constraints: [], projects: [], python: "python3", layers: [],
      basePrefix: undefined, wheels: undefined, index: undefined, extraIndexes: [], requireHashes: false, onlyBinary: [],
      noDependencies: false, systemSitePackages: false, verify: [], variant: undefined, installer: "auto", policy: undefined,
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
    expect(() => pythonEnv({ ...given, index: "https://canary@packages.example.edu/simple" })).toThrow("or a token in the place of a name");
    expect(JSON.stringify(pythonEnv({ ...given, index: secret(index) }))).not.toContain("canary");
  });

  it("names the close match of an unknown option", () => {
    expect(() => pythonEnv({ ...given, wheel: "x" } as PythonEnvInput)).toThrow('wheel: unknown option; did you mean "wheels"?');
  });

  it("takes one text or several, and projects in each of their forms", () => {
    const env = pythonEnv({ root: "/r", requirements: ["a.txt", { text: "b" }], projects: ["x.whl", { path: "y", extras: ["z"] }, { editable: "/code//caqrn/" }] });
    expect(env.requirements).toEqual(["a.txt", { text: "b" }]);
    expect(env.projects).toEqual([
      { kind: "brought", path: "x.whl", extras: [] },
      { kind: "brought", path: "y", extras: ["z"] },
      { kind: "editable", folder: "/code/caqrn", extras: [] },
    ]);
  });

  it("takes a wheelhouse as it was returned, and no index beside it", () => {
    const wheels = { folder: "/shared/wheels/0123", outcome: "found" };
    expect(pythonEnv({ ...given, wheels }).wheels).toEqual({ kind: "house", folder: "/shared/wheels/0123" });
    expect(() => pythonEnv({ ...given, wheels, index: "https://x/simple" })).toThrow("no index is asked");
  });

  it.each([
    [{ requirements: [] }, "nothing is installed: give requirements, projects, or both"],
    [{ projects: [{ editable: "code" }] }, "projects.0"],
    [{ projects: [{ path: "x", extras: ["a]; import os"] }] }, "not the name of an extra"],
    [{ verify: ["os; print(1)"] }, "not the name of a module"],
    [{ onlyBinary: ["--pre"] }, "onlyBinary"],
    [{ variant: "a b" }, "a word of letters"],
    [{ layers: [{ name: "x" } as never] }, "not a layer that is there already"],
    [{ extraIndexes: ["https://u:canary@x/simple"] }, "give it as secret(…)"],
  ])("refuses %j", (input, message) => {
    expect(() => pythonEnv({ ...given, ...input })).toThrow(message);
  });
});
