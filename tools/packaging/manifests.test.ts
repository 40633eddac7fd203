import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isDescription, packageNames, packageRules, readJson, readManifest, repositoryRoot, scope } from "../config/packages.js";

const root = readJson(join(repositoryRoot, "package.json")) as { readonly version: string };
const rulesOf = (name: string) => packageRules[name] ?? { floor: -1, packages: [], external: [] };

describe("the packages", () => {
  it("are those of tools/config/packages.json", () => {
    expect(readdirSync(join(repositoryRoot, "packages")).sort()).toEqual([...packageNames].sort());
  });

  it("ask for one range of each package of others", () => {
    const ranges = new Map<string, Set<string>>();
    for (const [name, range] of packageNames.flatMap((one) => Object.entries(readManifest(one).dependencies))) {
      ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
    }
    expect([...ranges].filter(([, asked]) => asked.size > 1)).toEqual([]);
  });
});

describe.each(packageNames)("the manifest of %s", (name) => {
  const { version, dependencies, description, peerDependencies = {} } = readManifest(name);
  const ours = Object.keys(dependencies).filter((one) => one.startsWith(scope)).map((one) => one.slice(scope.length));

  it("has the version of the repository, and asks for the others at that version", () => {
    expect(version).toBe(root.version);
    for (const other of ours) expect(dependencies[scope + other]).toBe(`^${root.version}`);
  });

  it("depends on nothing that its rules do not name", () => {
    const { packages, external } = rulesOf(name);
    expect([...packages, ...external]).toEqual(expect.arrayContaining(Object.keys(dependencies).map((one) => one.replace(scope, ""))));
  });

  it("asks for no peer but the runner of the test suites that it publishes, and the zod of whose schemas it takes", () => {
    expect(["vitest", ...(name === "env-config" ? ["zod"] : [])]).toEqual(expect.arrayContaining(Object.keys(peerDependencies)));
  });

  it("stands above all that it may depend on", () => {
    for (const other of rulesOf(name).packages) expect(rulesOf(other).floor, other).toBeLessThan(rulesOf(name).floor);
  });

  it("says in one sentence what the package does", () => {
    expect(isDescription(description), description).toBe(true);
  });
});
