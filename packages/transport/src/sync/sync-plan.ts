import type { FilePolicy, RemotePath } from "@hpckit/core";
import type { TreeEntry } from "../tree/tree-snapshot.js";

/** `up`: the folder over there becomes as the one here is; `down`: the other way round. */
export type SyncDirection = "up" | "down";

/** Why an entry is replaced: it is of another kind, or has another size, time or digest, or it is a link that points elsewhere. */
export type ReplaceReason = "kind" | "size" | "time" | "digest" | "link-target";

/**
 * One thing that is done in the folder that is written to. `mode`: permission bits that the entry will have. A folder whose mode is set to what it
 * was is closed to its own account, and opened while something in it is done.
 */
export type SyncStep =
  | { readonly action: "create"; readonly path: RemotePath; readonly source: TreeEntry; readonly mode: number }
  | { readonly action: "replace"; readonly path: RemotePath; readonly source: TreeEntry; readonly target: TreeEntry; readonly reason: ReplaceReason; readonly mode: number }
  | { readonly action: "set-mode"; readonly path: RemotePath; readonly source: TreeEntry; readonly target: TreeEntry; readonly mode: number }
  | { readonly action: "delete"; readonly path: RemotePath; readonly target: TreeEntry };

/**
 * Why something is left alone. `special`: neither file, folder nor link; `in-the-way`: where it would go stands something special, or a
 * folder whose content may not be deleted; `below-skipped`: the folder around it is skipped; `holds-kept`: a folder that would be deleted,
 * but for something in it that is kept.
 */
export type SkipReason = "special" | "in-the-way" | "below-skipped" | "holds-kept";

/** Something that a plan leaves alone though the two sides differ. */
export interface SkippedEntry {
  /** Relative to the folders. */
  readonly path: RemotePath;
  /** Why, see {@link SkipReason}. */
  readonly reason: SkipReason;
}

/** Numbers of entries, and bytes. */
export interface SyncTotals {
  /** Entries that only the source has; folders count, too. */
  readonly created: number;
  /** Entries that are on both sides, and differ. */
  readonly replaced: number;
  /** Entries of which only the mode differs. */
  readonly modesSet: number;
  /** Entries that only the folder written to has, and that go. */
  readonly deleted: number;
  /** Entries that are the same on both sides. */
  readonly unchanged: number;
  /** Entries of the folder written to that the other has not, and that stay, because `delete` is off. */
  readonly surplus: number;
  /** Entries of either side that a pattern leaves alone. */
  readonly excluded: number;
  /** Of the files that travel. */
  readonly bytes: number;
}

/** What makes one folder as the other: data alone, to be shown, judged, and applied by `applySync`. */
export interface SyncComparison {
  /** Ascending by the bytes of the path. */
  readonly steps: readonly SyncStep[];
  /** Ascending likewise. */
  readonly skipped: readonly SkippedEntry[];
  /** How much there is to be done, and how much is left as it is. */
  readonly totals: SyncTotals;
}

/** A comparison of a folder here and one over there. */
export interface SyncPlan extends SyncComparison {
  /** Which of the two is written to. */
  readonly direction: SyncDirection;
  /** Folder of this machine. */
  readonly local: string;
  /** Folder over there. */
  readonly remote: string;
  /** The folder that is written to is missing, and will be made. */
  readonly makesFolder: boolean;
  /** What gives modes and group to all that is created or replaced. */
  readonly policy: FilePolicy | undefined;
}
