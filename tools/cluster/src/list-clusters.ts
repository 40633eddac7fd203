import { openCluster, type Cluster } from "./cluster.js";
import { conditionOf, listFolders, readState, type ClusterState } from "./state/cluster-state.js";

/** The clusters that are up on this machine, whichever process brought them up. */
export async function listClusters(): Promise<readonly Cluster[]> {
  return (await readStates()).filter((state) => conditionOf(state) === "up").map(openCluster);
}

/** Names of clusters of which only files are left: all their processes were killed at once. `down` removes them. */
export async function listRemains(): Promise<readonly string[]> {
  return (await readStates()).filter((state) => conditionOf(state) === "gone").map(({ name }) => name);
}

async function readStates(): Promise<readonly ClusterState[]> {
  const states = await Promise.all((await listFolders()).map(readState));
  return states.filter((state) => state !== undefined);
}
