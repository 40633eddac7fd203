import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRules, repositoryRoot, scope, type PackageManifest } from "../config/packages.js";

/** What is particular to one package; the rest of its configuration is the same everywhere. */
export interface PackageFacts extends Pick<PackageManifest, "version" | "description" | "dependencies" | "peerDependencies"> {
  /** Without the scope. */
  readonly name: string;
  readonly floor: number;
  /** `index` first; each is `src/ENTRY.ts`. */
  readonly entries: readonly string[];
}

/** The configuration files of a package, by path inside its folder. */
export function packageShape(facts: PackageFacts): Readonly<Record<string, string>> {
  return {
    "package.json": toJson(manifest(facts)),
    "tsconfig.json": toJson({ extends: "../../tsconfig.base.json", include: ["src", "e2e", "*.config.ts"] }),
    "tsup.config.ts": configuration("package-build", `packageBuild({ entry: [${facts.entries.map((entry) => `"src/${entry}.ts"`).join(", ")}] })`),
    "vitest.config.ts": configuration("package-tests", `packageTests("${facts.name}")`),
    LICENSE: readFileSync(join(repositoryRoot, "LICENSE"), "utf8"),
  };
}

function manifest(facts: PackageFacts): Record<string, unknown> {
  return {
    name: scope + facts.name,
    version: facts.version,
    description: facts.description,
    license: "Apache-2.0",
    author: "The hpckit authors",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    exports: {
      ...Object.fromEntries(facts.entries.map((entry) => [entry === "index" ? "." : `./${entry}`, exportOf(entry)])),
      "./package.json": "./package.json",
    },
    files: ["dist", "src", "!src/**/*.test.ts", "!src/**/fixtures"],
    publishConfig: { access: "public" },
    scripts: { build: "tsup", typecheck: "tsc -p tsconfig.json", lint: "eslint .", test: "vitest run" },
    dependencies: facts.dependencies,
    ...(facts.peerDependencies && peersOf(facts.name, facts.peerDependencies)),
    nx: { tags: [`package:${facts.name}`, `floor:${facts.floor}`] },
  };
}

/** A peer that the package's own code imports must be there; one that its test suites alone ask for may be missing. */
function peersOf(name: string, peerDependencies: Readonly<Record<string, string>>): Record<string, unknown> {
  const optional = Object.keys(peerDependencies).filter((peer) => packageRules[name]?.external.includes(peer) !== true);
  return { peerDependencies, ...(optional.length > 0 && { peerDependenciesMeta: Object.fromEntries(optional.map((peer) => [peer, { optional: true }])) }) };
}

/** Tests and type checks inside the repository read the sources by the first condition, without a build. */
function exportOf(entry: string): Record<string, string> {
  return { "@hpckit/source": `./src/${entry}.ts`, types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` };
}

function configuration(tool: string, call: string): string {
  const name = call.slice(0, call.indexOf("("));
  return `import { ${name} } from "../../tools/config/${tool}.js";\n\nexport default ${call};\n`;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
