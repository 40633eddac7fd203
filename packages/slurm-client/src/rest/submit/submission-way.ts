import type { PlacedJobSpec } from "../../submit/sbatch-arguments.js";
import type { RestSession } from "../rest-session.js";
import { describeJob } from "./describe-job.js";

/** By which way a submission goes. */
export type SubmissionWay =
  /** By sbatch. `because`: over slurmrestd, fields of the spec that cannot be said to it, or not in this version. */
  | { readonly kind: "command-line"; readonly because: readonly string[] }
  /** Over slurmrestd: what it is told of the job, beside its script, and variables that sbatch would set for its options. */
  | { readonly kind: "rest"; readonly description: Readonly<Record<string, unknown>>; readonly variables: Readonly<Record<string, string>> };

/** What slurmrestd can be told of goes over it, all else by sbatch. */
export function restWay({ traits }: Pick<RestSession, "traits">, spec: PlacedJobSpec): SubmissionWay {
  const described = describeJob(spec, traits);
  return described.kind === "unsayable" ? { kind: "command-line", because: described.fields } : { kind: "rest", description: described.description, variables: described.variables };
}
