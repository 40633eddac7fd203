import { componentsOf, type JobSpec } from "../spec/job-spec.js";
import { componentFields } from "../spec/job-spec-schema.js";
import { optionRows } from "../spec/option/option-table.js";

/** A job spec whose places are settled. */
export interface PlacedJobSpec extends JobSpec {
  readonly workFolder: string;
  readonly output: string;
  /** The cluster that is meant, where it is not the login node's own. */
  readonly cluster?: string | undefined;
}

/**
 * The command that queues a job; its script comes on standard input. Each option is one word, so values need no quoting.
 * The order is that of the table of options, whatever the order in the spec. Components stand behind one another with `:` between;
 * what belongs to the whole job stands with the first.
 * @see sbatch(1)
 */
export function renderSbatch(spec: PlacedJobSpec): readonly string[] {
  const [first, ...others] = componentsOf(spec);
  return [
    "sbatch",
    "--parsable",
    "--export=ALL",
    // Else lines that begin with #PBS count as options wherever they stand, also inside of a quoted text.
    "--ignore-pbs",
    ...(spec.cluster === undefined ? [] : [`--clusters=${spec.cluster}`]),
    ...(first === undefined ? [] : renderOptions(first, () => true)),
    ...others.flatMap((component) => [":", ...renderOptions(component, (field) => componentFields.has(field))]),
  ];
}

function renderOptions(spec: JobSpec, isWanted: (field: string) => boolean): readonly string[] {
  const values: Readonly<Record<string, unknown>> = { ...spec };
  const options = optionRows.flatMap(([field, { write }]) => (values[field] === undefined || !isWanted(field) ? [] : write(values[field])));
  return [...options, ...(spec.extraArguments ?? [])];
}
