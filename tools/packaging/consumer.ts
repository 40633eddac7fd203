import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson, readManifest, repositoryRoot, scope } from "../config/packages.js";
import type { PackedPackages } from "./pack-all.js";
import { runNpm } from "./run-npm.js";

/** A project that was empty until one package was installed into it, as a user would. */
export interface Consumer extends AsyncDisposable {
  readonly folder: string;
  /** Everything that came with the package, itself included, by path inside node_modules. */
  readonly installed: readonly string[];
}

const { devDependencies } = readJson(join(repositoryRoot, "package.json")) as { readonly devDependencies: Readonly<Record<string, string>> };

/**
 * Installs a package, with those of ours that it stands on, from their tarballs.
 * Packages of others come from npm's cache, which holds them since the repository itself was installed.
 */
export async function createConsumer(name: string, packed: PackedPackages): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), `hpckit-consumer-${name}-`));
  const tarballs = [name, ...standsOn(name)].map((other) => packed[other]?.tarball ?? `${scope}${other} was not packed`);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  await install(folder, tarballs);
  const installed = await readInstalled(folder);
  // Node's types are what every TypeScript user of Node has; a peer is for those who use the entry point that asks for it.
  const beside = ["@types/node", ...Object.keys(readManifest(name).peerDependencies ?? {})];
  await install(folder, ["--save-dev", ...beside.map((one) => `${one}@${devDependencies[one] ?? ""}`)]);
  return {
    folder,
    installed,
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  };
}

const install = async (folder: string, what: readonly string[]): Promise<unknown> =>
  runNpm(folder, ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", ...what]);

/** The packages of ours below a package, as its package.json says. */
export function standsOn(name: string): readonly string[] {
  const direct = Object.keys(readManifest(name).dependencies)
    .filter((other) => other.startsWith(scope))
    .map((other) => other.slice(scope.length));
  return [...new Set(direct.flatMap((other) => [other, ...standsOn(other)]))];
}

/** npm's own record of what it installed. */
async function readInstalled(folder: string): Promise<readonly string[]> {
  const record = JSON.parse(await readFile(join(folder, "node_modules", ".package-lock.json"), "utf8")) as { readonly packages: object };
  return Object.keys(record.packages).map((path) => path.slice("node_modules/".length));
}
