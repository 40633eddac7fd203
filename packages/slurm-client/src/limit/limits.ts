import { readDuration, readNumber } from "../cluster/slurm-values.js";
import { parseTres, type Tres } from "../tres/tres.js";

/** What one job may ask for; what is not named has no limit. */
export interface JobLimits {
  readonly maxTres: Tres;
  readonly maxTresPerNode: Tres;
  /** The least that a job must ask for. */
  readonly minTres: Tres;
  /** Resources times minutes of the time limit. */
  readonly maxTresMinutes: Tres;
  /** `Infinity` without a limit. */
  readonly maxTimeSeconds: number;
}

/** What the jobs of one user, or of one account, may have together. `Infinity` without a limit. */
export interface SharedLimits {
  readonly maxTres: Tres;
  readonly maxJobs: number;
  /** Pending and running. */
  readonly maxSubmitJobs: number;
}

/** What all jobs below may have together. `Infinity` without a limit. */
export interface GroupLimits extends SharedLimits {
  /** A budget, used up by what ran: it comes back as the site decays or resets usage. */
  readonly maxTresMinutes: Tres;
  /** Resources times minutes that running jobs have left. */
  readonly maxTresRunMinutes: Tres;
  readonly maxTimeSeconds: number;
}

/** A number as sacctmgr prints it: nothing where there is no limit. */
const readLimit = (text: string): number => readNumber(text) ?? Infinity;

export const readJobLimits = (row: Readonly<Record<"MaxTRES" | "MaxTRESPerNode" | "MaxTRESMins" | "MaxWall", string>> & { readonly MinTRES?: string }): JobLimits => ({
  maxTres: parseTres(row.MaxTRES),
  maxTresPerNode: parseTres(row.MaxTRESPerNode),
  minTres: parseTres(row.MinTRES),
  maxTresMinutes: parseTres(row.MaxTRESMins),
  maxTimeSeconds: readDuration(row.MaxWall) ?? Infinity,
});

export const readSharedLimits = (maxTres: string, maxJobs: string, maxSubmitJobs: string): SharedLimits => ({ maxTres: parseTres(maxTres), maxJobs: readLimit(maxJobs), maxSubmitJobs: readLimit(maxSubmitJobs) });

export const readGroupLimits = (row: Readonly<Record<"GrpTRES" | "GrpTRESMins" | "GrpTRESRunMins" | "GrpJobs" | "GrpSubmit" | "GrpWall", string>>): GroupLimits => ({
  ...readSharedLimits(row.GrpTRES, row.GrpJobs, row.GrpSubmit),
  maxTresMinutes: parseTres(row.GrpTRESMins),
  maxTresRunMinutes: parseTres(row.GrpTRESRunMins),
  maxTimeSeconds: readDuration(row.GrpWall) ?? Infinity,
});
