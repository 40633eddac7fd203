import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder that the repository is checked out in. */
export const repositoryRoot = resolve(import.meta.dirname, "../..");

/** Where a package stands and what it may bring along; `packages.json` is the one place that says so. */
export interface PackageRules {
  /** An import only ever points to a lower floor. */
  readonly floor: number;
  /** Other packages of ours, without the scope. */
  readonly packages: readonly string[];
  /** Packages of others. */
  readonly external: readonly string[];
}

/** What is read of a package's package.json. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export const scope = "@hpckit/";

/** Of a package: a clause that says what it does, without a full stop; registries show it in one line. */
export const isDescription = (text: string): boolean => /^[A-Z].{20,}[^.\s]$/.test(text);

export function packageFolder(name: string): string {
  return join(repositoryRoot, "packages", name);
}

/** Every package of the repository, lowest floor first. */
export const packageRules = readJson(join(import.meta.dirname, "packages.json")) as Readonly<Record<string, PackageRules>>;
export const packageNames: readonly string[] = Object.keys(packageRules);

export function readManifest(name: string): PackageManifest {
  return readJson(join(packageFolder(name), "package.json")) as PackageManifest;
}

/** The entry points that a package publishes, e.g. `index` and `testing`. */
export function entryPoints(manifest: Pick<PackageManifest, "exports">): readonly string[] {
  return Object.keys(manifest.exports)
    .filter((path) => path !== "./package.json")
    .map((path) => (path === "." ? "index" : path.slice("./".length)));
}

/** What a user writes to import an entry point. */
export function importPath(name: string, entry: string): string {
  return entry === "index" ? scope + name : `${scope}${name}/${entry}`;
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
