import type { Cancellable } from "@hpckit/core";
import type { ConnectionOptions } from "../reconnect/connection-options.js";

/** By which program, and by which options, a connection is made, and all else that decides whose account and whose keys these name. */
export interface ConnectionKey {
  readonly way: ConnectionWay;
  readonly options: object;
  /** Whose `~/.ssh` it is, and who may read keys (`process.setuid`). */
  readonly accounts: readonly (number | undefined)[];
  /** Paths can be relative; agents, tickets (`KRB5CCNAME`) and what a configuration asks for (`Match exec`) stand in the environment. */
  readonly folder: string | symbol;
  readonly environment: NodeJS.ProcessEnv;
}

export type ConnectionWay = "connectSsh" | "connectSystemSsh";

/** Without what is of one transport alone: who listens to it, and who waits for it. To be compared by `isSameValue`. */
export function connectionKey(way: ConnectionWay, given: ConnectionOptions & Cancellable): ConnectionKey {
  const accounts = [process.getuid?.(), process.geteuid?.()];
  return { way, options: { ...given, logger: undefined, tracer: undefined, signal: undefined }, accounts, folder: currentFolder(), environment: { ...process.env } };
}

/** One that has been removed, as that of a release that was replaced, has no name any more: nobody is known to stand in the same one. */
function currentFolder(): string | symbol {
  try {
    return process.cwd();
  } catch {
    return Symbol("removed");
  }
}
