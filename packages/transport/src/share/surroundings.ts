/** All of this process that decides whose account and whose keys the options of a connection name. To be compared by `isSameValue`. */
export interface Surroundings {
  /** Whose `~/.ssh` it is, and who may read keys (`process.setuid`). */
  readonly accounts: readonly (number | undefined)[];
  /** Paths can be relative. */
  readonly folder: string | symbol;
  /** Agents, tickets (`KRB5CCNAME`) and what a configuration asks for (`Match exec`). */
  readonly environment: NodeJS.ProcessEnv;
}

/** As they are now. */
export const surroundings = (): Surroundings => ({ accounts: [process.getuid?.(), process.geteuid?.()], folder: currentFolder(), environment: { ...process.env } });

/** One that has been removed, as that of a release that was replaced, has no name any more: nobody is known to stand in the same one. */
function currentFolder(): string | symbol {
  try {
    return process.cwd();
  } catch {
    return Symbol("removed");
  }
}
