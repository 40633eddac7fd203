import type { Stage } from "./stage.js";

/** One thing that can become of a job. */
export interface Scenario {
  readonly name: string;
  /** What squeue shows of it once it has: `STATE reason`; or, of what squeue never shows, accounting. */
  readonly shows: RegExp;
  readonly in?: "accounting";
  /** The first series that has it. */
  readonly since?: "24.11" | "newest";
  /** Most seconds until it shows. */
  readonly within?: number;
  /** Brings it about. @returns the job's id. */
  readonly bring: (stage: Stage) => Promise<string>;
  /** Takes back what was changed. The job itself is cancelled before. */
  readonly undo?: (stage: Stage) => Promise<unknown>;
}
