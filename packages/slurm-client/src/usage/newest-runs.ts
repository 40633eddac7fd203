import type { UsageRow } from "./usage-row.js";

/** The newest run of a job, of a task or of a component. */
export interface Run {
  /** Its allocation. */
  readonly row: UsageRow;
  readonly steps: readonly UsageRow[];
  /** How many runs went before it. */
  readonly restarts: number;
}

/** A job that is queued again is submitted anew as its run ends; its processes may end a moment later. */
const requeueSeconds = 600;

/**
 * The newest run of each job, task and component. accounting has the runs of a job that was queued again one after the other, each followed
 * by its steps; one that was submitted long after the last had ended is another job, of an id that was given out again. Pure.
 */
export function newestRuns(rows: readonly UsageRow[]): readonly Run[] {
  const runs = new Map<string, { readonly row: UsageRow; readonly steps: UsageRow[]; readonly restarts: number }>();
  const foreign = new Set<string>();
  for (const row of rows) {
    const name = `${row.ownId}_${row.tasks?.[0] ?? ""}`;
    const run = runs.get(name);
    if (row.step !== undefined) {
      if (!foreign.has(name)) run?.steps.push(row);
    } else if (run === undefined || follows(run.row, row)) {
      runs.set(name, { row, steps: [], restarts: run === undefined ? 0 : run.restarts + 1 });
    } else {
      foreign.add(name);
    }
  }
  return [...runs.values()];
}

const follows = (before: UsageRow, row: UsageRow): boolean => (row.submittedAtSeconds ?? Infinity) - (before.endedAtSeconds ?? -Infinity) <= requeueSeconds;
