import { octets } from "../guard/octets.js";
import type { TreeEntry } from "../tree/tree-snapshot.js";
import type { ReplaceReason } from "./sync-plan.js";

/** How two files are taken for the same: size and time of their content, their size alone, or their bytes. */
export type SyncCompare = "time" | "size" | "digest";

/** Why one entry cannot stand for the other, if so; modes are not looked at. */
export function difference(source: TreeEntry, target: TreeEntry, compare: SyncCompare): ReplaceReason | undefined {
  if (source.kind !== target.kind) return "kind";
  if (source.kind === "symlink") return octets(source.target ?? "") === octets(target.target ?? "") ? undefined : "link-target";
  if (source.kind !== "file") return undefined;
  if (source.sizeBytes !== target.sizeBytes) return "size";
  if (compare === "time") return isSameTime(source, target) ? undefined : "time";
  if (compare === "digest") return source.sha256 !== undefined && source.sha256 === target.sha256 ? undefined : "digest";
  return undefined;
}

/**
 * Whether two files have the same time of content, as far as the coarser of the two tells: file systems keep nanoseconds, microseconds or
 * whole seconds, and cut off the rest. A sync gives a file the time of its original, so that no clock has a part in this.
 */
export const isSameTime = (one: TreeEntry, other: TreeEntry): boolean => {
  const [first, second] = [written(one), written(other)];
  return first.seconds === second.seconds && (first.fraction.startsWith(second.fraction) || second.fraction.startsWith(first.fraction));
};

function written({ stamp }: TreeEntry): { readonly seconds: string; readonly fraction: string } {
  const [seconds = "", fraction = ""] = (stamp.split(" ")[0] ?? "").split(".");
  return { seconds, fraction: fraction.replace(/0+$/, "") };
}
