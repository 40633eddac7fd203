import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readJson, repositoryRoot } from "../config/packages.js";

interface LockEntry {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = readJson(join(repositoryRoot, "package-lock.json")) as { readonly packages: Readonly<Record<string, LockEntry>> };
const entries = Object.entries(packages);

describe("package-lock.json", () => {
  it("names no place to download from", () => {
    expect(entries.filter(([, { resolved, link }]) => resolved !== undefined && link !== true).map(([path]) => path)).toEqual([]);
  });

  it("has a checksum of everything that is downloaded", () => {
    const downloaded = entries.filter(([path, { link }]) => path.includes("node_modules/") && link !== true);
    expect(downloaded.length).toBeGreaterThan(100);
    expect(downloaded.filter(([, { integrity }]) => integrity?.startsWith("sha512-") !== true).map(([path]) => path)).toEqual([]);
  });

  it("has the optional packages of every platform, so that npm ci works on each", () => {
    const present = new Set(entries.map(([path]) => path.split("node_modules/").at(-1)));
    const asked = entries.flatMap(([path, { optionalDependencies }]) => Object.keys(optionalDependencies ?? {}).map((name) => ({ path, name })));
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.filter(({ name }) => !present.has(name))).toEqual([]);
  });
});
