import { PathRefusedError, type FilePolicy } from "@hpckit/core";
import { keptMode } from "../copy/own-file.js";
import { isProgram, programMode } from "../file/apply-policy.js";
import { shownPath } from "../file/path.js";
import { octets, type Octets } from "../guard/octets.js";
import type { TreeEntry, TreeSnapshot } from "../tree/tree-snapshot.js";
import { exclusion, type Exclusion } from "./exclude.js";
import { difference, type SyncCompare } from "./same-content.js";
import { isOpen } from "./open-mode.js";
import { ancestorsOf, parentOf } from "./tree-path.js";
import type { SkippedEntry, SyncComparison, SyncStep, SyncTotals } from "./sync-plan.js";

/** What {@link compareForSync} accepts. */
export interface CompareForSyncOptions {
  /** By default `time`. */
  readonly compare?: SyncCompare | undefined;
  /** Delete what the source has not; by default it stays. */
  readonly delete?: boolean | undefined;
  /** Left alone on both sides, with all below: patterns as in gitignore(5), `*`, `?`, `**`, and a slash at the end for folders alone. */
  readonly exclude?: readonly string[] | undefined;
  /** Symbolic links of the source stay links (`keep`, default), or are an error. */
  readonly links?: "keep" | "refuse" | undefined;
  /** Modes that entries get, in place of their originals'. */
  readonly policy?: FilePolicy | undefined;
}

/** Entries by their path's bytes. */
type Entries = ReadonlyMap<Octets, TreeEntry>;

/**
 * Pure: what makes the target as the source. Only what it lists is ever touched.
 * @throws PathRefusedError for symbolic links, where they are refused.
 */
export function compareForSync(source: TreeSnapshot, target: TreeSnapshot, options: CompareForSyncOptions = {}): SyncComparison {
  const { compare = "time", delete: deletes = false, exclude = [], links = "keep", policy } = options;
  const excluded = findExcluded(exclusion(exclude), [...source.entries, ...target.entries]);
  const sources = visible(source, excluded);
  const targets = visible(target, excluded);
  if (links === "refuse") refuseLinks(sources);

  const held = findHeld(target, sources, excluded, deletes);
  const steps: SyncStep[] = [];
  const skipped: SkippedEntry[] = [];
  const closed = new Set<Octets>();
  let unchanged = 0;

  for (const [key, entry] of sources) {
    const reason = closed.has(parentOf(key)) ? "below-skipped" : entry.kind === "other" ? "special" : isInTheWay(key, entry, targets, held) ? "in-the-way" : undefined;
    if (reason === undefined) {
      const step = stepFor(entry, targets.get(key), compare, policy);
      if (step === undefined) unchanged++;
      else steps.push(step);
    } else {
      closed.add(key);
      skipped.push({ path: entry.path, reason });
    }
  }
  const surplus = [...targets].filter(([key]) => !sources.has(key));
  for (const [key, entry] of deletes ? surplus : []) {
    if (ancestorsOf(key).some((above) => closed.has(above))) skipped.push({ path: entry.path, reason: "below-skipped" });
    else if (entry.kind === "other") skipped.push({ path: entry.path, reason: "special" });
    else if (held.has(key)) skipped.push({ path: entry.path, reason: "holds-kept" });
    else steps.push({ action: "delete", path: entry.path, target: entry });
  }
  steps.push(...openings(steps, sources, targets));
  return {
    steps: ascending(steps),
    skipped: ascending(skipped),
    totals: count(steps, { unchanged, surplus: deletes ? 0 : surplus.length, excluded: excluded.size }),
  };
}

function stepFor(source: TreeEntry, target: TreeEntry | undefined, compare: SyncCompare, policy: FilePolicy | undefined): SyncStep | undefined {
  const { path } = source;
  const mode = wantedMode(source, target, policy);
  if (target === undefined) return { action: "create", path, source, mode };
  const reason = difference(source, target, compare);
  if (reason !== undefined) return { action: "replace", path, source, target, reason, mode };
  return source.kind === "symlink" || target.mode === mode ? undefined : { action: "set-mode", path, source, target, mode };
}

/** A folder that is closed to its own account, and stays as it is, must be opened while something in it is done. */
function openings(steps: readonly SyncStep[], sources: Entries, targets: Entries): readonly SyncStep[] {
  const known = new Set(steps.map(({ path }) => octets(path)));
  const around = new Set(steps.map(({ path }) => parentOf(octets(path))));
  return [...around].flatMap((key): readonly SyncStep[] => {
    const target = targets.get(key);
    if (target?.kind !== "folder" || known.has(key) || isOpen(target.mode)) return [];
    return [{ action: "set-mode", path: target.path, source: sources.get(key) ?? target, target, mode: target.mode }];
  });
}

/**
 * Setuid, setgid and sticky bits do not travel: what they mean is a matter of the machine. Where a folder over there hands on its group (setgid), it
 * goes on doing so.
 */
function wantedMode({ kind, mode }: TreeEntry, target: TreeEntry | undefined, policy: FilePolicy | undefined): number {
  if (kind === "folder") return policy?.folderMode ?? keptMode(mode) | (target?.kind === "folder" ? target.mode & 0o7000 : 0);
  if (policy === undefined || kind !== "file") return keptMode(mode);
  return isProgram(mode) ? programMode(policy) : policy.fileMode;
}

/** Something special, or a folder that must stay, is never put aside for something else. */
function isInTheWay(key: Octets, { kind }: TreeEntry, targets: Entries, held: ReadonlySet<Octets>): boolean {
  const there = targets.get(key);
  return there !== undefined && there.kind !== kind && (there.kind === "other" || (there.kind === "folder" && held.has(key)));
}

/** Folders of the target in which something stays that the source does not have. */
function findHeld({ entries }: TreeSnapshot, sources: Entries, excluded: ReadonlySet<Octets>, deletes: boolean): ReadonlySet<Octets> {
  const kept = entries.map(({ path, kind }) => ({ key: octets(path), kind })).filter(({ key, kind }) => excluded.has(key) || kind === "other" || (!deletes && !sources.has(key)));
  return new Set(kept.flatMap(({ key }) => ancestorsOf(key)));
}

/** What is excluded on one side is left alone on both, whatever it is there. */
function findExcluded(isExcluded: Exclusion, entries: readonly TreeEntry[]): ReadonlySet<Octets> {
  const matched = new Set(entries.map(({ path, kind }) => ({ key: octets(path), kind })).filter(({ key, kind }) => isExcluded(key, kind)).map(({ key }) => key));
  if (matched.size === 0) return matched;
  return new Set(entries.map(({ path }) => octets(path)).filter((key) => matched.has(key) || ancestorsOf(key).some((above) => matched.has(above))));
}

const visible = ({ entries }: TreeSnapshot, excluded: ReadonlySet<Octets>): Entries =>
  new Map(entries.map((entry) => [octets(entry.path), entry] as const).filter(([key]) => !excluded.has(key)));

function refuseLinks(sources: Entries): void {
  const links = [...sources.values()].filter(({ kind }) => kind === "symlink").map(({ path }) => shownPath(path));
  if (links.length === 0) return;
  const shown = `${links.slice(0, 5).join(", ")}${links.length > 5 ? `, and ${links.length - 5} more` : ""}`;
  throw new PathRefusedError(`sync: symbolic links are refused, and there is ${shown}; exclude them, or keep links`, { detail: { links } });
}

function ascending<Item extends Pick<SkippedEntry, "path">>(items: readonly Item[]): readonly Item[] {
  const keyed = items.map((item) => ({ key: octets(item.path), item }));
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ item }) => item);
}

function count(steps: readonly SyncStep[], others: Pick<SyncTotals, "unchanged" | "surplus" | "excluded">): SyncTotals {
  const of = (action: SyncStep["action"]): number => steps.filter((step) => step.action === action).length;
  const bytes = steps.reduce((sum, step) => sum + ((step.action === "create" || step.action === "replace") && step.source.kind === "file" ? step.source.sizeBytes : 0), 0);
  return { created: of("create"), replaced: of("replace"), modesSet: of("set-mode"), deleted: of("delete"), ...others, bytes };
}
