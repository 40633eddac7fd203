import { filePolicySchema } from "@hpckit/core";
import { z } from "zod";
import { pathBelowRoot, treeEntrySchema } from "../tree/tree-schemas.js";
import { syncDirection, syncFolder } from "./sync-options.js";
import type { SyncPlan, SyncStep } from "./sync-plan.js";

const entry = treeEntrySchema();
const path = pathBelowRoot;
const mode = z.int().min(0).max(0o7777);
const count = z.int().min(0);

const step: z.ZodType<SyncStep> = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("create"), path, source: entry, mode }),
  z.strictObject({ action: z.literal("replace"), path, source: entry, target: entry, reason: z.enum(["kind", "size", "time", "digest", "link-target"]), mode }),
  z.strictObject({ action: z.literal("set-mode"), path, source: entry, target: entry, mode }),
  z.strictObject({ action: z.literal("delete"), path, target: entry }),
]);

/** A plan as a caller may hand it over: shown, stored or thinned out since it was made, and yet of this form. */
export const syncPlanSchema = z.strictObject({
  direction: syncDirection,
  local: syncFolder,
  remote: syncFolder,
  makesFolder: z.boolean(),
  policy: filePolicySchema.optional(),
  steps: z.array(step),
  skipped: z.array(z.strictObject({ path, reason: z.enum(["special", "in-the-way", "below-skipped", "holds-kept"]) })),
  totals: z.strictObject({ created: count, replaced: count, modesSet: count, deleted: count, unchanged: count, surplus: count, excluded: count, bytes: count }),
}) as z.ZodType<SyncPlan>;
