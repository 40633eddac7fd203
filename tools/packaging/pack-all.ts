import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { TestProject } from "vitest/node";
import { packageFolder, packageNames, repositoryRoot, scope } from "../config/packages.js";
import { runNpm } from "./run-npm.js";

export interface PackedPackage {
  readonly tarball: string;
  /** What is in it, by path. */
  readonly files: readonly string[];
}

/** By name, without the scope. */
export type PackedPackages = Readonly<Record<string, PackedPackage>>;

declare module "vitest" {
  interface ProvidedContext {
    readonly packed: PackedPackages;
  }
}

/** Set-up of the tests: one build and one packing serve all of them. */
export default async function packAll(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-packed-"));
  project.provide("packed", await packPackages(folder));
  return async () => rm(folder, { recursive: true, force: true });
}

/** Builds every package and packs it into a folder, as a release would. */
export async function packPackages(folder: string): Promise<PackedPackages> {
  await buildPackages(packageNames);
  const report = await runNpm(repositoryRoot, ["pack", "--json", "--pack-destination", folder, ...packageNames.map(packageFolder)]);
  const packed = JSON.parse(report) as readonly { name: string; filename: string; files: readonly { path: string }[] }[];
  return Object.fromEntries(
    packed.map(({ name, filename, files }) => [
      name.slice(scope.length),
      { tarball: join(folder, filename), files: files.map(({ path }) => path) },
    ]),
  );
}

/** Builds packages and what they stand on; what did not change comes from Nx's cache. */
export async function buildPackages(names: readonly string[]): Promise<void> {
  const projects = names.map((name) => scope + name).join(",");
  const nx = join(repositoryRoot, "node_modules", ".bin", "nx");
  const build = await execa(nx, ["run-many", "-t", "build", "-p", projects], { cwd: repositoryRoot, all: true, reject: false });
  if (build.exitCode !== 0) throw new Error(`the build failed:\n${build.all}`);
}
