import { parseOptions, TransportError, type Transport } from "@hpckit/core";
import { octets } from "../guard/octets.js";
import { findTree, withDigests } from "../tree/snapshot-tree.js";
import type { TreeEntry, TreeSnapshot } from "../tree/tree-snapshot.js";
import { compareForSync } from "./compare-for-sync.js";
import { findLocalTree, withLocalDigests } from "./snapshot-local-tree.js";
import { planSyncSchema, type PlanSyncOptions } from "./sync-options.js";
import type { SyncPlan } from "./sync-plan.js";

/**
 * Compares a folder here with one over there, and says what would make the one as the other. Changes nothing. One round trip, or two where
 * digests are compared: of files that have the same size on both sides.
 * @throws TransportError `file-not-found` where the folder that is read is missing: that never counts as empty; `not-supported` where one of the two is no
 * folder. PathRefusedError for symbolic links, where they are refused.
 */
export async function planSync(transport: Transport, options: PlanSyncOptions): Promise<SyncPlan> {
  const checked = parseOptions(planSyncSchema, options, "options of planSync");
  const { local, remote, direction, policy, signal } = checked;
  const looking = { operation: "sync", signal } as const;
  const isUp = direction === "up";
  const [foundHere, foundThere] = await Promise.all([
    isUp ? findLocalTree(local, looking) : unlessMissing(findLocalTree(local, looking)),
    isUp ? unlessMissing(findTree(transport, remote, looking)) : findTree(transport, remote, looking),
  ]);
  const found = { here: foundHere ?? empty(local), there: foundThere ?? empty(remote) };
  const { here, there } = checked.compare === "digest" ? await withDigestsOfSameSize(transport, found, signal) : found;
  const comparison = isUp ? compareForSync(here, there, checked) : compareForSync(there, here, checked);
  return { direction, local, remote, makesFolder: (isUp ? foundThere : foundHere) === undefined, policy, ...comparison };
}

/** Of the folder that is written to, which may be yet to be made. */
async function unlessMissing(snapshot: Promise<TreeSnapshot>): Promise<TreeSnapshot | undefined> {
  try {
    return await snapshot;
  } catch (error) {
    if (error instanceof TransportError && error.code === "file-not-found") return undefined;
    throw error;
  }
}

const empty = (root: string): TreeSnapshot => ({ root, takenAtSeconds: 0, entries: [] });

interface BothSides {
  readonly here: TreeSnapshot;
  readonly there: TreeSnapshot;
}

async function withDigestsOfSameSize(transport: Transport, { here, there }: BothSides, signal: AbortSignal | undefined): Promise<BothSides> {
  const [readHere, readThere] = await Promise.all([withLocalDigests(here, asLargeIn(there), signal), withDigests(transport, there, asLargeIn(here), signal)]);
  return { here: readHere, there: readThere };
}

/** Of files of different size no digest is needed. */
function asLargeIn({ entries }: TreeSnapshot): (entry: TreeEntry) => boolean {
  const sizes = new Map(entries.filter(({ kind }) => kind === "file").map(({ path, sizeBytes }) => [octets(path), sizeBytes]));
  return ({ path, sizeBytes }) => sizes.get(octets(path)) === sizeBytes;
}
