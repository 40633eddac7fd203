import { OutputUnreadableError } from "@hpckit/core";

/**
 * Reads `srun --mpi=list`: the types, and the versions of PMIx by name.
 * @throws OutputUnreadableError
 */
export function parseMpiTypes(stdout: string): readonly string[] {
  const [, listed] = /^MPI plugin types are\.\.\.\n((?:[ \t]+\S+\n)+)/m.exec(stdout) ?? [];
  if (listed === undefined) throw new OutputUnreadableError("srun --mpi=list", "no list of MPI types", stdout);
  const versions = /^specific pmix plugin versions available: (.*)$/m.exec(stdout)?.[1]?.split(/,\s*/) ?? [];
  return [...listed.trim().split(/\s+/), ...versions];
}
