import { applyLayers, compose, renderScript } from "@hpckit/core";
import { mkdtempSync, writeFileSync, chmodSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { virtualenvLayer } from "./virtualenv-layer.js";

describe("virtualenvLayer", () => {
  it("needs the environment and the interpreter that it stands on", () => {
    const launch = applyLayers(compose(["python"]), [virtualenvLayer({ folder: "/shared/env", basePrefix: "/shared/python-3.13" })]);
    expect(launch.needs).toEqual([{ path: "/shared/env", access: "read" }, { path: "/shared/python-3.13", access: "read" }]);
  });

  it.each(shells)("makes %s find its programs first, whatever its path holds", (shell) => {
    const folder = join(mkdtempSync(join(tmpdir(), "it's a ,")), "env");
    try {
      mkdirSync(join(folder, "bin"), { recursive: true });
      writeFileSync(join(folder, "bin/python"), "#!/bin/sh\nprintf '%s\\n' \"$VIRTUAL_ENV\" \"$PYTHONNOUSERSITE\" \"${PYTHONHOME-none}\"\n");
      chmodSync(join(folder, "bin/python"), 0o755);
      const { text } = renderScript(applyLayers(compose(["python"]), [virtualenvLayer({ folder, basePrefix: undefined })]));
      expect(runShell(shell, text, { env: { PYTHONHOME: "/elsewhere" } }).stdout).toBe(`${folder}\n1\nnone\n`);
    } finally {
      rmSync(join(folder, ".."), { recursive: true });
    }
  });
});
