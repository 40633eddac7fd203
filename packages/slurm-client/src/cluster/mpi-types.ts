import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { ask, printedQuestion } from "../backend/question.js";
import type { ClusterFacts } from "./cluster-facts.js";

/** What `srun --mpi` takes. */
export const mpiTypesQuestion = printedQuestion(["srun", "--mpi=list"], parseMpiTypes);

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

const known = new WeakMap<ClusterFacts, readonly string[]>();

/** Asks once for a connection. @throws SlurmCommandError, OutputUnreadableError */
export async function findMpiTypes(commandLine: CommandLine, options: Cancellable): Promise<readonly string[]> {
  const types = known.get(commandLine.facts) ?? (await ask(commandLine, mpiTypesQuestion, options));
  known.set(commandLine.facts, types);
  return types;
}
