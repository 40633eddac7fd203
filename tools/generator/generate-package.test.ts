import { execFileSync, spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repositoryRoot } from "../config/packages.js";
import { generatePackage, renderRules } from "./generate-package.js";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hpckit-generate-"));
  for (const path of ["tools/config", "package.json", "tsconfig.base.json"]) await cp(join(repositoryRoot, path), join(root, path), { recursive: true });
  await symlink(join(repositoryRoot, "node_modules"), join(root, "node_modules"));
});
afterEach(async () => rm(root, { recursive: true, force: true }));

const probe = { name: "job-probe", floor: 3, description: "Says how a job feels while it runs" };

describe("generatePackage", () => {
  it("writes a package that type-checks, builds and stands on core", async () => {
    await generatePackage(root, probe);
    const folder = join(root, "packages", probe.name);
    await writeFile(join(folder, "src", "index.ts"), 'import { quote } from "@hpckit/core";\n\nexport const feels = (job: string): string => quote(job);\n');
    const bin = join(repositoryRoot, "node_modules", ".bin");
    const types = spawnSync(join(bin, "tsc"), ["-p", folder], { encoding: "utf8" });
    expect(types.stdout + types.stderr).toBe("");
    execFileSync(join(bin, "tsup"), { cwd: folder, stdio: "ignore" });
    expect(await readFile(join(folder, "dist", "index.d.ts"), "utf8")).toContain("declare const feels: (job: string) => string;");
  });

  it("asks for nothing that the package does not use yet", async () => {
    await generatePackage(root, probe);
    const manifest = JSON.parse(await readFile(join(root, "packages", probe.name, "package.json"), "utf8")) as { dependencies: object };
    expect(Object.keys(manifest.dependencies)).toEqual(["@hpckit/core"]);
  });

  it("enters the package among the others, which stay as they are", async () => {
    const path = join(root, "tools/config/packages.json");
    const before = JSON.parse(await readFile(path, "utf8")) as object;
    await generatePackage(root, probe);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ ...before, [probe.name]: { floor: 3, packages: ["core"], external: ["zod"] } });
  });

  it.each([
    [{ ...probe, name: "Job" }, "no package name"],
    [{ ...probe, name: "../x" }, "no package name"],
    [{ ...probe, floor: 0 }, "floor 0"],
    [{ ...probe, floor: Number.NaN }, "floor NaN"],
    [{ ...probe, description: " " }, "description"],
    [{ ...probe, description: "Says how a job feels while it runs." }, "no full stop"],
  ])("refuses %o", async (wrong, message) => {
    await expect(generatePackage(root, wrong)).rejects.toThrow(message);
  });

  it("leaves a package that is there alone", async () => {
    await generatePackage(root, probe);
    await expect(generatePackage(root, probe)).rejects.toThrow("is there already");
  });
});

describe("tools/config/packages.json", () => {
  it("is as the generator would write it", async () => {
    const text = await readFile(join(repositoryRoot, "tools/config/packages.json"), "utf8");
    expect(renderRules(JSON.parse(text) as Parameters<typeof renderRules>[0])).toBe(text);
  });
});
