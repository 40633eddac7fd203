import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carriedVariables, changedIn, readEnvironment, repeatedly } from "../../../../tools/environment/hostile-variables.js";
import { ensureDebianPackages } from "../../../../tools/system/src/index.js";
import { renderVariables } from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "shells-"));
beforeAll(async () => ensureDebianPackages(["fish", "tcsh"]));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  { dialect: "csh", argv: ["tcsh", "-f"], before: "" },
  { dialect: "csh", argv: ["tcsh", "-f"], before: "set backslash_quote\n" },
  { dialect: "fish", argv: ["fish", "--no-config"], before: "" },
] as const)("a script for $argv.0, read after '$before'", ({ dialect, argv: [program, flag], before }) => {
  it.each(["C", "C.UTF-8"])("brings every value, two thousand at a time, in the locale %s", (locale) => {
    repeatedly(4, (seed) => {
      const given = carriedVariables(dialect, 2000, seed);
      const sourced = join(folder, "sourced");
      writeFileSync(sourced, renderVariables(given, { dialect }));
      const script = join(folder, "script");
      writeFileSync(script, `${before}source ${sourced}\nexec /usr/bin/env -0\n`);
      const { stdout, stderr } = spawnSync(program, [flag, script], { env: { PATH: process.env["PATH"], HOME: folder, LC_ALL: locale }, maxBuffer: 1e8 });
      expect({ stderr: stderr.toString(), changed: changedIn(given, readEnvironment(stdout)) }).toEqual({ stderr: "", changed: [] });
    });
  });
});
