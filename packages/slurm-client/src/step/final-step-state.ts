import { AbortedError, type Cancellable } from "@hpckit/core";
import { isHopeless } from "../error/is-hopeless.js";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { finalState, type JobStateName } from "../state/job-state.js";
import type { UsageRow } from "../usage/usage-row.js";
import { ownRows } from "../watch/job-track.js";
import type { LiveStep } from "./list-steps.js";

const firstPauseMs = 500;
const longestPauseMs = 8000;

/** How accounting says that a step ended, which it is told of soon after. Undefined: it does not say, or there is none. @throws AbortedError */
export async function finalStepState({ backend, facts, clock, patience }: SlurmContext, reference: JobReference, step: LiveStep, options: Cancellable): Promise<JobStateName | undefined> {
  if (!facts.accounting) return undefined;
  const until = clock.monotonic() + patience.accountingMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      const { accounting } = await backend.usage([reference.id], options);
      const row = ownRows(accounting, reference).find(isOf(step, reference));
      const state = row && finalState(row.state);
      if (state !== undefined) return state;
    } catch (error) {
      if (error instanceof AbortedError) throw error;
      if (isHopeless(error)) return undefined;
    }
    if (clock.monotonic() >= until) return undefined;
    await clock.sleep(pauseMs, options);
  }
}

/** Steps of an earlier run have the same numbers. */
const isOf = ({ number, startedAtSeconds }: LiveStep, { task }: JobReference) => (row: UsageRow): boolean =>
  row.step === String(number) && row.startedAtSeconds === startedAtSeconds && (task === undefined || row.tasks?.includes(task) === true);
