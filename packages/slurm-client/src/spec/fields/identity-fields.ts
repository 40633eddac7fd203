import { text, textUpTo, word } from "../plain-values.js";
import type { Shape } from "./shape.js";

/** What a job is called, and known by. */
export interface IdentityFields {
  /** What the job is called in the queue; at most 200 bytes. */
  readonly name?: string | undefined;
  /** A comment that others can read in the queue; at most 900 bytes. The submission's own mark stands behind it. */
  readonly comment?: string | undefined;
  /** A text of the site's own kind; with `SchedulerParameters=extra_constraints` it filters nodes. Since Slurm 23.02. */
  readonly extra?: string | undefined;
  /** Workload characterization key, where the site tracks them. */
  readonly wckey?: string | undefined;
  /** Label of multi-category security, where the site uses it. */
  readonly mcsLabel?: string | undefined;
}

export const identityShape: Shape<IdentityFields, IdentityFields> = {
  name: textUpTo(200).optional(),
  comment: textUpTo(900).optional(),
  extra: text.optional(),
  wckey: word.optional(),
  mcsLabel: word.optional(),
};
