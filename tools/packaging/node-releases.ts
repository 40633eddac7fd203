import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../cluster/src/host/folders.js";
import { runNpm } from "./run-npm.js";

/** The oldest Node that the packages support, and a newer long-term release. */
export const testedNodes = ["20.19.0", "24.9.0"] as const;

/**
 * The path of a Node of another version, fetched once through npm, where its packages carry the binaries.
 * @throws if the registry has none for this platform, or cannot be reached the first time
 */
export async function findNode(version: string): Promise<string> {
  const folder = join(cacheFolder(), "node", version);
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(folder, "node_modules", name, "bin", "node");
  if (!existsSync(binary)) {
    await mkdir(folder, { recursive: true });
    await runNpm(folder, ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", `${name}@${version}`]);
  }
  return binary;
}
