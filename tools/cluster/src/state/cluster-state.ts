import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterFolder, clustersFolder } from "../host/folders.js";
import { isAlive, type ProcessIdentity } from "../host/process-identity.js";
import type { ClusterPorts } from "../host/ports.js";
import type { Series } from "../series.js";

/** cluster.json: enough for any process of this machine to find and use, or sweep, a cluster. */
export interface ClusterState {
  readonly name: string;
  readonly series: Series;
  readonly ports: ClusterPorts;
  /** The process that runs `up`. */
  readonly starter: ProcessIdentity;
  /** The process outside that sweeps after the cluster's end, once there is one. */
  readonly keeper?: ProcessIdentity;
  /** The first process of the cluster's namespaces, once there is one. */
  readonly first?: ProcessIdentity;
  /** Read from the running cluster; its presence says that `up` was completed. */
  readonly slurmVersion?: string;
}

export async function writeState(state: ClusterState): Promise<void> {
  const folder = clusterFolder(state.name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const part = join(folder, `cluster.json.${randomBytes(4).toString("hex")}`);
  await writeFile(part, `${JSON.stringify(state, undefined, 2)}\n`);
  await rename(part, join(folder, "cluster.json"));
}

export async function readState(name: string): Promise<ClusterState | undefined> {
  const text = await readFile(join(clusterFolder(name), "cluster.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ClusterState);
}

/** Every folder's name, whether or not a cluster still lives there. */
export async function listFolders(): Promise<readonly string[]> {
  const entries = await readdir(clustersFolder(), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

/** `gone`: nobody will finish or sweep it any more. */
export type ClusterCondition = "up" | "starting" | "gone";

export function conditionOf(state: ClusterState): ClusterCondition {
  if (state.first && !isAlive(state.first)) return "gone";
  if (state.first && state.slurmVersion !== undefined) return "up";
  return isAlive(state.starter) ? "starting" : "gone";
}
