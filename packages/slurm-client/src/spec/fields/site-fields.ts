import { licensesSchema, type Licenses, type LicensesInput } from "../licenses.js";
import { absolutePath, text, word } from "../plain-values.js";
import { z } from "zod";
import type { Checked, Shape } from "./shape.js";

/** What belongs to the site and no node: licences, burst buffers, federations. */
export interface SiteFieldsInput {
  /** All of these licences, or any one of them (since Slurm 25.05); `name[@server][:count]` or as values. */
  readonly licenses?: LicensesInput | undefined;
  /** Hierarchical resources, `name[:count]`. Since Slurm 25.11. */
  readonly resources?: readonly string[] | undefined;
  /** What a burst buffer is asked for, in the words of the site's. */
  readonly burstBuffer?: string | undefined;
  /** Absolute path, on the login node, of a file that says it. */
  readonly burstBufferFile?: string | undefined;
  /** Features of which a cluster of the federation must have one; with `!` before, none. */
  readonly clusterConstraint?: string | undefined;
  /** Features that the node of the script must have, of those of `constraint`. */
  readonly batchConstraint?: string | undefined;
  /** Levels out power between nodes. Until Slurm 23.11. */
  readonly power?: "level" | undefined;
}

export type SiteFields = Checked<SiteFieldsInput, { licenses: Licenses }>;

export const siteShape: Shape<SiteFields, SiteFieldsInput> = {
  licenses: licensesSchema.optional(),
  resources: z.array(word.regex(/^[^:]+(?::[1-9]\d*)?$/, { error: "name[:count]" })).min(1).optional(),
  burstBuffer: text.optional(),
  burstBufferFile: absolutePath.optional(),
  clusterConstraint: text.optional(),
  batchConstraint: text.optional(),
  power: z.literal("level", { error: '"level"' }).optional(),
};
