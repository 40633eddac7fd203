import type { PlacedJobSpec } from "../../submit/sbatch-arguments.js";
import type { VersionedWords } from "./job-words.js";
import { resourceRows } from "./resource-rows.js";
import { scheduleRows } from "./schedule-rows.js";

/** How a field is said; `"command-line"` where slurmrestd has no words for it, or makes another job of them than sbatch. */
export type DescriptionRow<Value> = "command-line" | ((value: Value, spec: PlacedJobSpec) => VersionedWords);

/** A row for each of these fields: without one it does not compile. */
export type DescriptionRows<Field extends keyof PlacedJobSpec> = { readonly [Each in Field]-?: DescriptionRow<NonNullable<PlacedJobSpec[Each]>> };

/**
 * How fields of a job spec are told, each compared live with the job and the environment that sbatch makes of it (22.05.8, 24.11.5, 26.05.5).
 * A job that asks for anything without words goes by sbatch: slurmrestd itself ignores fields that it does not know, with no more than a warning.
 * @see slurmrestd's specification, job_desc_msg (v0.0.40 and later), job_properties (v0.0.38)
 */
export const descriptionTable: DescriptionRows<keyof PlacedJobSpec> = {
  ...resourceRows,
  ...scheduleRows,
  // The script is no part of the description.
  launch: () => ({ old: { description: {} }, later: { description: {} } }),
  components: "command-line",
  extraArguments: "command-line",
  // A slurmrestd speaks for its own cluster.
  cluster: "command-line",
};
