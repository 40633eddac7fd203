import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, inject, it } from "vitest";
import { packageNames, repositoryRoot } from "../config/packages.js";

/** Runs a tool of the repository; its output if it finds fault. */
async function faults(tool: string, argv: readonly string[]): Promise<string> {
  const run = await execa(join(repositoryRoot, "node_modules", ".bin", tool), argv, { cwd: repositoryRoot, all: true, reject: false });
  return run.exitCode === 0 ? "" : run.all;
}

describe.each(packageNames)("the tarball of %s", (name) => {
  const packed = inject("packed")[name] ?? { tarball: "", files: [] };

  it("carries its licence, its README and its sources, and no tests or fixtures", () => {
    expect(packed.files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts", "src/index.ts"]));
    expect(packed.files.filter((path) => /\.(?:test|e2e)\.ts$|\/fixtures\/|^e2e\/|^etc\//.test(path))).toEqual([]);
  });

  it("passes publint --strict", async () => {
    expect(await faults("publint", ["--strict", packed.tarball])).toBe("");
  });

  it("has types that resolve as its code does (attw)", async () => {
    expect(await faults("attw", [packed.tarball, "--profile", "esm-only", "--no-color"])).toBe("");
  });
});

describe("the repository", () => {
  it("has no unused file, export or dependency, and none unlisted (knip)", async () => {
    expect(await faults("knip", ["--no-progress", "--no-config-hints"])).toBe("");
  });
});
