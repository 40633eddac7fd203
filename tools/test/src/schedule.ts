import { addOutcomes, nothing, type Finding, type Outcome, type Stage } from "./stage.js";

export interface ScheduleOptions {
  /** How much runs at once; a stage that asks for more than there is runs alone. */
  readonly lanes: number;
  readonly signal: AbortSignal;
  readonly onStart?: (stage: Stage) => void;
  readonly onEnd?: (stage: Stage, outcome: Outcome, seconds: number) => void;
}

/**
 * Runs every stage once all it needs has been done, in the order given where there is a choice.
 * A stage that fails stops only those that need it. Needs that are not among the stages count as met.
 */
export async function runStages(stages: readonly Stage[], { lanes, signal, onStart, onEnd }: ScheduleOptions): Promise<Outcome> {
  const outcomes = new Map<string, Outcome>();
  const running = new Map<string, { readonly lanes: number; readonly end: Promise<void> }>();
  const waiting = [...stages];

  const lanesOf = (stage: Stage): number => Math.min(stage.lanes ?? 1, lanes);
  const free = (): number => lanes - [...running.values()].reduce((sum, one) => sum + one.lanes, 0);
  const isReady = ({ needs = [] }: Stage): boolean => needs.every((need) => outcomes.has(need) || !stages.some(({ name }) => name === need));

  const start = (stage: Stage): void => {
    const begin = performance.now();
    const work = async (): Promise<void> => {
      const blocked = blockedBy(stage, outcomes);
      if (blocked === undefined) onStart?.(stage);
      const outcome = blocked === undefined ? await runOne(stage, signal) : { ...nothing, skipped: [blocked] };
      outcomes.set(stage.name, outcome);
      running.delete(stage.name);
      onEnd?.(stage, outcome, (performance.now() - begin) / 1000);
    };
    running.set(stage.name, { lanes: lanesOf(stage), end: Promise.resolve().then(work) });
  };

  while (waiting.length > 0 || running.size > 0) {
    // One that waits for more lanes than are free holds back those behind it, or it would wait for ever.
    let isHeld = false;
    for (const stage of waiting.filter(isReady)) {
      const fits = lanesOf(stage) === 0 || (!isHeld && lanesOf(stage) <= free());
      if (fits) start(...waiting.splice(waiting.indexOf(stage), 1) as [Stage]);
      else isHeld = true;
    }
    if (running.size === 0) throw new Error(`these stages need each other: ${waiting.map(({ name }) => name).join(", ")}`);
    await Promise.race([...running.values()].map(({ end }) => end));
  }
  return addOutcomes([...outcomes.values()]);
}

/** A stage cannot run after one that failed whole or did not run. */
function blockedBy({ name, needs = [] }: Stage, outcomes: ReadonlyMap<string, Outcome>): Finding | undefined {
  for (const need of needs) {
    const outcome = outcomes.get(need);
    if (outcome?.passed === 0 && outcome.failed.length + outcome.skipped.length > 0) {
      return { title: name, text: `it needs "${need}", which ${outcome.failed.length > 0 ? "failed" : "was skipped"}` };
    }
  }
  return undefined;
}

async function runOne(stage: Stage, signal: AbortSignal): Promise<Outcome> {
  try {
    signal.throwIfAborted();
    return await stage.run(signal);
  } catch (error) {
    const text = signal.aborted ? "interrupted" : error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...nothing, failed: [{ title: stage.name, text }] };
  }
}
