import { closeMatch, OptionsError, type Cancellable, type Launch, type OptionsIssue, type Recipe } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { findMpiTypes } from "../cluster/mpi-types.js";
import { unknownOptions } from "./srun-arguments.js";
import type { StepOptions } from "./step-options.js";
import type { StepLayer } from "./step.js";

const isStep = (layer: object): layer is StepLayer => "step" in layer;

/**
 * Compares the steps of a recipe with what the cluster has. A launch that was prepared before tells nothing of its steps.
 * @throws OptionsError for an option that its Slurm does not know, and for an MPI type that it lacks. Asked for only where a step names one.
 */
export async function checkSteps(launch: Recipe | Launch, cluster: CommandLine, options: Cancellable = {}): Promise<void> {
  refuseUnknownStepOptions(launch, cluster);
  const issues = await findMpiIssues(launch, cluster, options);
  if (issues.length > 0) throw new OptionsError("step", issues);
}

/** @throws OptionsError for an option of a step that its Slurm does not know. Asks nothing. */
export function refuseUnknownStepOptions(launch: Recipe | Launch, cluster: Pick<CommandLine, "facts">): void {
  const issues = stepsOf(launch).flatMap((step) => versionIssues(step, cluster));
  if (issues.length > 0) throw new OptionsError("step", issues);
}

const stepsOf = (launch: Recipe | Launch): readonly StepOptions[] => ("layers" in launch ? launch.layers.filter(isStep).map(({ step }) => step) : []);

const versionIssues = (step: StepOptions, { facts }: Pick<CommandLine, "facts">): readonly OptionsIssue[] =>
  unknownOptions(step, facts.version).map(({ option, why }) => ({ path: option, message: why }));

/** MPI types that steps name, and the cluster lacks. Asked for only where a step names one. */
export async function findMpiIssues(launch: Recipe | Launch, cluster: CommandLine, options: Cancellable): Promise<readonly OptionsIssue[]> {
  const named = stepsOf(launch).flatMap(({ mpi }) => (mpi === undefined ? [] : [mpi]));
  if (named.length === 0) return [];
  const types = await findMpiTypes(cluster, options);
  return named
    .filter((mpi) => !types.includes(mpi))
    .map((mpi) => {
      const match = closeMatch(mpi, types);
      return { path: "mpi", message: `this cluster has no MPI type "${mpi}"${match === undefined ? "" : `; did you mean "${match}"?`}; it has ${types.map((type) => `"${type}"`).join(", ")}` };
    });
}
