import { OptionsError } from "@hpckit/core";
import type { SlurmPrograms } from "./slurm-command.js";

/**
 * srun, sattach and sbcast reach jobs of the login node's own cluster alone, by ids that each cluster counts for itself: on another they
 * would find a job that is not meant.
 * @throws OptionsError
 */
export function refuseOtherCluster({ cluster }: SlurmPrograms, what: string): void {
  if (cluster === undefined) return;
  throw new OptionsError(what, [{ path: "", message: `steps of jobs of the cluster ${cluster} are not reached from here: connect to a login node of its own; for this login node's own cluster leave the option "cluster" out` }]);
}
