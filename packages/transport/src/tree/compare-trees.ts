import { octets } from "../guard/octets.js";
import type { TreeEntry, TreeSnapshot } from "./tree-snapshot.js";

/** The difference between two snapshots of one folder; each list ascending by path. */
export interface TreeChanges {
  /** What is new, as it is now. */
  readonly created: readonly TreeEntry[];
  /** As they are now. */
  readonly modified: readonly TreeEntry[];
  /** As they were. */
  readonly deleted: readonly TreeEntry[];
}

/**
 * Pure. A file is modified if its bytes may be others: told by the digest where both have one, else by size and stamp, which a changed mode
 * changes too. Something of another kind is modified. A folder that stays a folder is not: what changed in it is told by itself.
 */
export function compareTrees(before: TreeSnapshot, after: TreeSnapshot): TreeChanges {
  const known = byPath(before);
  const now = byPath(after);
  return {
    created: after.entries.filter(({ path }) => !known.has(octets(path))),
    modified: after.entries.filter((entry) => {
      const old = known.get(octets(entry.path));
      return old !== undefined && isModified(old, entry);
    }),
    deleted: before.entries.filter(({ path }) => !now.has(octets(path))),
  };
}

function isModified(before: TreeEntry, after: TreeEntry): boolean {
  if (before.kind !== after.kind) return true;
  if (after.kind === "folder") return false;
  if (after.kind === "symlink") return octets(before.target ?? "") !== octets(after.target ?? "");
  if (before.sizeBytes !== after.sizeBytes) return true;
  if (before.sha256 !== undefined && after.sha256 !== undefined) return before.sha256 !== after.sha256;
  return before.stamp !== after.stamp;
}

const byPath = ({ entries }: TreeSnapshot): ReadonlyMap<string, TreeEntry> => new Map(entries.map((entry) => [octets(entry.path), entry]));
