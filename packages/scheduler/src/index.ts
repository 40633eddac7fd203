export { cleanUp, type CleanUpOptions } from "./scratch/clean-up.js";
export { createScratch, type CreateScratchOptions } from "./scratch/create-scratch.js";
export { endOf } from "./scratch/end-of.js";
export type { JobEnd } from "./scratch/job-end.js";
export type { Scratch } from "./scratch/scratch.js";
export { planSweep, sweep, sweepCommand, type PlanSweepOptions, type SweepOptions, type SweepPlan, type SweepResult } from "./scratch/sweep.js";
