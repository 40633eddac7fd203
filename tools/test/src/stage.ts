/** How the things that a stage checked came out. */
export interface Outcome {
  readonly passed: number;
  readonly failed: readonly Finding[];
  readonly skipped: readonly Finding[];
}

/** One thing, and what was wrong with it or why it could not be checked. */
export interface Finding {
  readonly title: string;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** Stages that come first. Where one of them could not be done, this one is skipped. */
  readonly needs?: readonly string[];
  /** How many of the lanes it takes: 0 for one that mostly waits, 2 for one that wants the machine to itself. Default 1. */
  readonly lanes?: number;
  run(signal: AbortSignal): Promise<Outcome>;
}

export const nothing: Outcome = { passed: 0, failed: [], skipped: [] };

export function addOutcomes(outcomes: readonly Outcome[]): Outcome {
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.flatMap(({ failed }) => failed),
    skipped: outcomes.flatMap(({ skipped }) => skipped),
  };
}

/** An outcome with one result for each thing: those with faults failed. */
export function outcomeOf(things: readonly string[], faults: ReadonlyMap<string, string>): Outcome {
  const failed = [...faults].map(([title, text]) => ({ title, text }));
  return { passed: things.filter((thing) => !faults.has(thing)).length, failed, skipped: [] };
}
