import { describe, expect, it } from "vitest";
import { parseFind } from "./find-script.js";

const found = "name 0123456789abcdef\nversion 3.13.5\n";

describe("parseFind", () => {
  it("reads every state", () => {
    expect(parseFind("state python-missing\n", "/r")).toEqual({ kind: "python-missing" });
    expect(parseFind(`${found}state absent\n`, "/r")).toEqual({ kind: "absent", name: "0123456789abcdef", pythonVersion: "3.13.5" });
    expect(parseFind(`variable PIP_CERT=2f\nfile 2f\n${found}state complete\nfolder 0123456789abcdef-abc\ninstaller uv 0.13.9\n`, "/r d")).toEqual({
      kind: "complete", name: "0123456789abcdef", pythonVersion: "3.13.5", folder: "/r d/0123456789abcdef-abc", installer: "uv 0.13.9",
    });
  });

  it.each([
    ["a banner", `Welcome!\n${found}state absent\n`],
    ["an answer cut short", found],
    ["no name", "state absent\n"],
    ["a link that leads elsewhere", `${found}state complete\nfolder ../../etc\n`],
    ["a link to another environment", `${found}state complete\nfolder ffffffffffffffff-abc\n`],
  ])("guesses nothing from %s", (_what, stdout) => {
    expect(() => parseFind(stdout, "/r")).toThrow("search for a Python environment");
  });
});
