import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { namesBeginning } from "./names-beginning.js";
import { sh } from "./sh.js";

describe.each(shells)("namesBeginning, in %s", (shell) => {
  it("names what is set, whatever bytes the values are of", () => {
    const script = sh`
      HK_LATIN=$(printf 'caf\351')
      export HK_LATIN
      for name in ${namesBeginning("HK_", "OTHER_")}; do echo "$name"; done | sort
    `;
    const { stdout } = runShell(shell, script.shell, { env: { HK_A: "x=y\nz", HK_b1: "", OTHER_: "1", NOT_HK_: "1", LC_ALL: "C.UTF-8" } });
    expect(stdout).toBe("HK_A\nHK_LATIN\nHK_b1\nOTHER_\n");
  });

  it("refuses what begins no name", () => {
    expect(() => namesBeginning("HK_; id")).toThrow("HK_; id");
  });
});
