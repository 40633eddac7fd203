import type { PlacedJobSpec } from "../../submit/sbatch-arguments.js";
import type { ApiTraits } from "../api-version.js";
import { descriptionTable, type DescriptionRow } from "./description-table.js";
import type { JobDescription, JobVariables, Words } from "./job-words.js";

/** A job in slurmrestd's words, or the fields for which it has none. */
export type DescribedJob =
  | { readonly kind: "described"; readonly description: Readonly<Record<string, unknown>>; readonly variables: JobVariables }
  | { readonly kind: "unsayable"; readonly fields: readonly string[] };

/** Writes a job spec as slurmrestd takes it. Nothing that was asked for is left out: what cannot be said is named. */
export function describeJob(spec: PlacedJobSpec, { wrapped }: Pick<ApiTraits, "wrapped">): DescribedJob {
  const asked = (Object.keys(spec) as (keyof PlacedJobSpec)[]).filter((field) => asksForSomething(spec[field]));
  const told = asked.map((field) => ({ field, words: tell(field, spec, wrapped) }));
  const fields = told.flatMap(({ field, words }) => (words === undefined ? [field] : []));
  if (fields.length > 0) return { kind: "unsayable", fields };
  const words = told.flatMap((each) => each.words ?? []);
  const flags = words.flatMap(({ description }) => ("flags" in description ? description.flags ?? [] : []));
  return {
    kind: "described",
    description: Object.assign({}, wrapped ? laterDefaults : defaults, ...words.map(({ description }) => description), flags.length === 0 ? {} : { flags }) as Readonly<Record<string, unknown>>,
    variables: Object.assign({}, ...words.map(({ variables }) => variables)) as JobVariables,
  };
}

/** sbatch gives this name to a script that has none. */
const defaults: JobDescription = { name: "sbatch" };
/** What is left out slurmrestd says with 0, and means no; this is what sbatch says. @see slurm/slurm.h, NO_VAL16 */
const laterDefaults: JobDescription = { ...defaults, oom_kill_step: 0xfffe };

const asksForSomething = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);

function tell(field: keyof PlacedJobSpec, spec: PlacedJobSpec, wrapped: boolean): Words | undefined {
  // That a field's value goes to the field's own row is beyond the compiler; a field that it does not know has none.
  const row = descriptionTable[field] as DescriptionRow<unknown> | undefined;
  return row === undefined || row === "command-line" ? undefined : row(spec[field], spec)[wrapped ? "later" : "old"];
}
