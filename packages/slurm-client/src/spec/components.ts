import { findCombinations, type SpecProblem } from "./combinations.js";
import { componentsOf, type ComponentSpec, type JobSpec } from "./job-spec.js";

/** @see slurm.h, MAX_HET_JOB_COMPS */
const mostComponents = 128;

/**
 * Options that sbatch keeps from one component for the others, those before it too. They can differ; but what one component
 * leaves out it would get from another.
 * @see slurm_opt.c of 22.05 to 26.05: what is not reset for each component; tried on 22.05, 24.11 and 26.05
 */
const kept = ["account", "qos", "time", "timeMin", "memory", "exclude", "prefer"] as const satisfies readonly (keyof ComponentSpec)[];

/** What is wrong with a spec as a whole, component by component. */
export function findSpecProblems(spec: JobSpec): readonly SpecProblem[] {
  const { components, array } = spec;
  if (components === undefined) return findCombinations(spec);
  const complete = componentsOf(spec);
  return [
    ...(array === undefined ? [] : [{ path: ["array"], message: "Slurm has no arrays of heterogeneous jobs: submit each alone" }]),
    ...(components.length < 2 || components.length > mostComponents ? [{ path: ["components"], message: `from 2 to ${mostComponents} components; of one leave the list out` }] : []),
    ...complete.flatMap((component, index) => findCombinations(component).map(({ path, message }) => ({ path: ["components", index, ...path], message }))),
    ...kept.flatMap((field) => findLeftOut(field, complete)),
  ];
}

function findLeftOut(field: (typeof kept)[number], components: readonly JobSpec[]): readonly SpecProblem[] {
  if (components.every((component) => component[field] === undefined)) return [];
  return components.flatMap((component, index) =>
    component[field] === undefined ? [{ path: ["components", index, field], message: "sbatch would take that of another component: say it for each, or beside the list for all" }] : [],
  );
}
