import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { entryPoints, packageFolder, packageNames, packageRules, readManifest } from "../config/packages.js";
import { packageShape } from "./package-shape.js";

describe.each(packageNames)("the configuration of %s", (name) => {
  const manifest = readManifest(name);
  const shape = packageShape({ ...manifest, name, floor: packageRules[name]?.floor ?? -1, entries: entryPoints(manifest) });

  it.each(Object.entries(shape))("is what the generator writes: %s", (path, text) => {
    expect(readFileSync(join(packageFolder(name), path), "utf8")).toBe(text);
  });

  it("names entry points that are there", () => {
    for (const entry of entryPoints(manifest)) expect(existsSync(join(packageFolder(name), "src", `${entry}.ts`)), entry).toBe(true);
  });
});
