import { homedir } from "node:os";
import { readVariable } from "./variables.js";
import { join } from "node:path";

/** Root file systems, kept between runs. */
export function cacheFolder(): string {
  const base = readVariable("XDG_CACHE_HOME") ?? join(homedir(), ".cache");
  return readVariable("HPCKIT_CACHE") ?? join(base, "hpckit");
}

function runFolder(): string {
  return readVariable("HPCKIT_RUN") ?? "/run/hpckit";
}

/** One folder for each cluster that runs: its state, its keys and the mount point of its root. */
export function clustersFolder(): string {
  return join(runFolder(), "clusters");
}

export function clusterFolder(name: string): string {
  return join(clustersFolder(), name);
}

/** Locks lie apart, as a lock's file must outlive what it guards. A colon cannot be in a cluster's name. */
export function lockPath(subject: string | { readonly cluster: string }): string {
  return join(runFolder(), "locks", typeof subject === "string" ? `:${subject}` : subject.cluster);
}
