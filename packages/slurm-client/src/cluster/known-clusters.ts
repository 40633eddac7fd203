import { closeMatch, OptionsError, OutputUnreadableError, type Cancellable, type Transport } from "@hpckit/core";
import { askSlurm, type SlurmPrograms } from "./slurm-command.js";

/** The clusters that accounting knows; an error as a value, because there may be no accounting. */
export async function listKnownClusters(transport: Transport, { binFolder, keepVariables }: SlurmPrograms, options: Cancellable): Promise<readonly string[] | OutputUnreadableError> {
  const { ok, stdout, stderr } = await askSlurm(transport, { binFolder, keepVariables }, ["sacctmgr", "--noheader", "--parsable2", "show", "clusters", "format=Cluster"], options);
  return ok ? stdout.split("\n").filter((line) => line !== "") : new OutputUnreadableError("sacctmgr show clusters", "no list of clusters", stderr);
}

/** Slurm's programs pass over a cluster that accounting does not know, some without a word. @throws OptionsError */
export function checkCluster(name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  const close = closeMatch(name, known);
  throw new OptionsError("cluster", [{ path: "", message: `no cluster ${name} is known here; ${close === undefined ? `there is ${known.join(", ")}` : `did you mean "${close}"?`}` }]);
}
