import { homedir } from "node:os";
import { join } from "node:path";

/** Root file systems, kept between runs. */
export function cacheFolder(): string {
  const base = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return process.env["HPCKIT_CACHE"] || join(base, "hpckit");
}

/** One folder for each cluster that runs: its state, its keys and the mount point of its root. */
export function clustersFolder(): string {
  return join(process.env["HPCKIT_RUN"] || "/run/hpckit", "clusters");
}

export function clusterFolder(name: string): string {
  return join(clustersFolder(), name);
}
