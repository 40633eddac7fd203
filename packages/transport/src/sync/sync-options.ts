import { callbackSchema, cancellableShape, filePolicySchema, type Cancellable, type CopyProgress } from "@hpckit/core";
import { z } from "zod";
import type { CompareForSyncOptions } from "./compare-for-sync.js";
import type { SyncDirection } from "./sync-plan.js";
import { unfit } from "../guard/octets.js";

/** What {@link planSync} compares, and how. */
export interface PlanSyncOptions extends CompareForSyncOptions, Cancellable {
  /** Folder of this machine. */
  readonly local: string;
  /** Folder over there. */
  readonly remote: string;
  /** Which of the two becomes as the other is. The one that is written to may be missing; the folder that it stands in must be there. */
  readonly direction: SyncDirection;
}

/** What {@link applySync} accepts. */
export interface ApplySyncOptions extends Cancellable {
  /** Of the files that travel. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

/** What {@link sync} accepts. */
export type SyncOptions = PlanSyncOptions & ApplySyncOptions;

/** The root of a sync, on either side. */
export const syncFolder = z.string().superRefine((value, context) => {
  const reason = value === "" ? "is empty" : unfit(value);
  if (reason !== undefined) context.addIssue({ code: "custom", message: `it ${reason}` });
});

export const syncDirection = z.enum(["up", "down"]);

const planShape = {
  local: syncFolder,
  remote: syncFolder,
  direction: syncDirection,
  compare: z.enum(["time", "size", "digest"]).optional(),
  delete: z.boolean().optional(),
  exclude: z.array(z.string().regex(/[^/]/, { error: "a pattern names something" })).optional(),
  links: z.enum(["keep", "refuse"]).optional(),
  policy: filePolicySchema.optional(),
  ...cancellableShape,
};
const applyShape = {
  onProgress: callbackSchema<ApplySyncOptions["onProgress"]>().optional(),
  ...cancellableShape,
};

export const planSyncSchema: z.ZodType<PlanSyncOptions> = z.strictObject(planShape);
export const applySyncSchema: z.ZodType<ApplySyncOptions> = z.strictObject(applyShape);
export const syncSchema: z.ZodType<SyncOptions> = z.strictObject({ ...planShape, ...applyShape });
