import type { Loss } from "./engine-words.js";

/** Something that was not given to a container, in the engine's own words. */
export interface LostData {
  readonly loss: Loss;
  readonly said: string;
}

export interface WithNotes {
  /** Warnings of the engine that lose nothing, and those that were accepted. */
  readonly notes: readonly string[];
}

/**
 * How a command in a container ended.
 * - `exited`: the command's own exit code, also where it is 1 or 255, as the engine's failures are;
 * - `signalled`: a signal ended it. Shells and PID namespaces report one as 128 and its number, so a command that exits
 *   with such a code by itself counts as signalled, too. So does a launch whose guard was killed: its command may go on;
 * - `runtime-failure`: the engine could not make the container;
 * - `usage-failure`: the engine did not take its own command line;
 * - `never-started`: the command did not begin for another reason. The container may have been there.
 */
export type ContainerOutcome =
  | (WithNotes & { readonly kind: "exited"; readonly exitCode: number })
  | (WithNotes & { readonly kind: "signalled"; readonly signal: string })
  | (WithNotes & { readonly kind: "runtime-failure"; readonly reason: string; readonly advice: string | undefined })
  | (WithNotes & { readonly kind: "usage-failure"; readonly reason: string })
  | (WithNotes & { readonly kind: "never-started"; readonly because: "lost-data" | "setup" | "signal"; readonly reason: string; readonly advice: string | undefined; readonly lost: readonly LostData[] });
