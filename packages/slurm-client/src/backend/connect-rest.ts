import { OptionsError, type Cancellable } from "@hpckit/core";
import type { RestContext } from "../rest/rest-context.js";
import type { RestOptions } from "../rest/rest-options.js";
import { openRestSession } from "../rest/rest-session.js";
import { restBackend } from "./rest.js";
import type { SlurmBackend } from "./slurm-backend.js";

/**
 * Connects to slurmrestd, beside the login node's commands.
 * @throws OptionsError if it speaks for another cluster than they: ids would be other jobs'.
 */
export async function connectRestBackend(rest: RestOptions, { commandLine, clock }: Omit<RestContext, "session">, options: Cancellable): Promise<SlurmBackend> {
  const session = await openRestSession(rest, { ...commandLine, clock }, options);
  const { name } = commandLine.facts;
  if (session.cluster !== undefined && session.cluster !== name) {
    throw new OptionsError("connectSlurm", [{ path: "rest.address", message: `that slurmrestd speaks for the cluster ${session.cluster}, the login node's commands for ${name}: name that of ${name}` }]);
  }
  return restBackend({ session, commandLine, clock });
}
