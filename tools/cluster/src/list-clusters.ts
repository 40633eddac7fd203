import { openCluster, type Cluster } from "./cluster.js";
import { conditionOf, listFolders, readState } from "./state/cluster-state.js";

/** The clusters that are up on this machine, whichever process brought them up. */
export async function listClusters(): Promise<readonly Cluster[]> {
  const states = await Promise.all((await listFolders()).map(readState));
  return states.flatMap((state) => (state && conditionOf(state) === "up" ? [openCluster(state)] : []));
}
