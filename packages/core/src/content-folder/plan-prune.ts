import { z } from "zod";
import { cancellableShape } from "../option/cancellable-shape.js";
import { parseOptions } from "../option/parse-options.js";
import { durationSchema } from "../option/unit-schemas.js";
import type { Cancellable, Transport } from "../transport/transport.js";
import type { DurationInput } from "../unit/duration.js";
import { listContentFolders, type ContentFolderEntry } from "./list-folders.js";
import type { LiveWork } from "./live-work.js";

/** Which content folders may go. What a link leads to, and what live work uses, stays in any case. */
export interface PruneOptions extends Cancellable {
  /** Whoever knows what runs. What is unknown is kept. */
  readonly live: LiveWork;
  /** Only what no launch was given for so long (default: 14 days). Work that this account cannot see is safe for so long. */
  readonly unusedFor?: DurationInput | undefined;
  /** The newest that stay whatever their age (default: 1). */
  readonly keepNewest?: number | undefined;
}

export interface KeptFolder extends ContentFolderEntry {
  readonly because: "linked" | "live" | "newest" | "recently-used" | "unknown";
  /** Of what is unknown: why. */
  readonly reason?: string | undefined;
}

/** What a prune would do. */
export interface PrunePlan {
  readonly root: string;
  readonly remove: readonly ContentFolderEntry[];
  readonly keep: readonly KeptFolder[];
  /** That would be free. */
  readonly freedBytes: number;
}

interface PruneSettings extends Cancellable {
  readonly live: LiveWork;
  readonly unusedForSeconds: number;
  readonly keepNewest: number;
}

const rootSchema: z.ZodType<string, string> = z.string().startsWith("/", { error: "the absolute folder of all of them" });

const isLiveWork = (value: unknown): boolean => typeof (value as Partial<LiveWork> | null | undefined)?.uses === "function";

const optionsSchema: z.ZodType<PruneSettings, PruneOptions> = z
  .strictObject({
    live: z.custom<LiveWork>(isLiveWork, "who tells what runs: an object with a function `uses`"),
    unusedFor: durationSchema.optional(),
    keepNewest: z.int().min(0).optional(),
    ...cancellableShape,
  })
  .transform(({ live, unusedFor, keepNewest, signal }) => ({ live, unusedForSeconds: unusedFor?.seconds ?? 14 * 86_400, keepNewest: keepNewest ?? 1, signal }));

/**
 * Says which content folders under a root may go, and why each other one stays. Removes nothing: {@link applyPrune} does.
 * @param root - absolute.
 */
export async function planPrune(on: Transport, root: string, options: PruneOptions): Promise<PrunePlan> {
  parseOptions(rootSchema, root, "root of a prune");
  const settings = parseOptions(optionsSchema, options, "prune");
  const entries = await listContentFolders(on, root, { signal: settings.signal });
  const reasons = judge(entries, settings);
  const idle = entries.filter((entry) => !reasons.has(entry)).map(({ folder }) => folder);
  const live = idle.length === 0 ? { kind: "known" as const, used: [] } : await settings.live.uses(idle, { signal: settings.signal });
  const keep: KeptFolder[] = [];
  const remove: ContentFolderEntry[] = [];
  for (const entry of entries) {
    const because = reasons.get(entry);
    if (because !== undefined) keep.push({ ...entry, because });
    else if (live.kind === "unknown") keep.push({ ...entry, because: "unknown", reason: live.reason });
    else if (live.used.includes(entry.folder)) keep.push({ ...entry, because: "live" });
    else remove.push(entry);
  }
  return { root, remove, keep, freedBytes: remove.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

/** What needs no question to live work. */
function judge(entries: readonly ContentFolderEntry[], { unusedForSeconds, keepNewest }: PruneSettings): ReadonlyMap<ContentFolderEntry, KeptFolder["because"]> {
  const newest = entries.filter(({ state }) => state === "published").sort((one, other) => one.madeSecondsAgo - other.madeSecondsAgo).slice(0, keepNewest);
  return new Map(entries.flatMap((entry): [ContentFolderEntry, KeptFolder["because"]][] => {
    if (entry.links.length > 0) return [[entry, "linked"]];
    if (newest.includes(entry)) return [[entry, "newest"]];
    return entry.usedSecondsAgo < unusedForSeconds ? [[entry, "recently-used"]] : [];
  }));
}
