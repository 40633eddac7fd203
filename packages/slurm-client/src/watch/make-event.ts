import { stateOfOutcome } from "../outcome/decide-outcome.js";
import type { Outcome } from "../outcome/outcome.js";
import type { QueueRow } from "../queue/parse-queue.js";
import type { JobStateName } from "../state/job-state.js";
import type { JobEvent } from "./job-event.js";

export interface LiveTasks {
  /** Rows of the queue that are not final. */
  readonly alive: readonly QueueRow[];
  /** Of an array job: tasks that have ended. */
  readonly ended: readonly Outcome[] | undefined;
  readonly nowMs: number;
}

/** The most active first: an array job is what its most active task is. */
const byActivity: readonly JobStateName[] = ["RUNNING", "SUSPENDED", "UNKNOWN", "PENDING"];

/** What the queue shows; nothing while it shows nothing. */
export function liveEvent(last: JobEvent | undefined, { alive, ended, nowMs }: LiveTasks): JobEvent | undefined {
  const rows = [...alive].sort((one, other) => byActivity.indexOf(one.state.base) - byActivity.indexOf(other.state.base));
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    // A flag such as COMPLETING hides the base: it is still what it was.
    state: row.state.base === "UNKNOWN" && row.state.flags.length > 0 ? (last?.state ?? "UNKNOWN") : row.state.base,
    flags: row.state.flags,
    reason: row.reason,
    nodes: row.nodes,
    restarts: row.restarts,
    raw: row.state.raw,
    observedAtSeconds: nowMs / 1000,
    source: "queue",
    ...(ended === undefined ? {} : { tasks: countTasks([...alive.flatMap((each) => each.tasks?.map(() => each.state.base) ?? [])], ended) }),
  };
}

/** The last event of a job. @param rows - what the queue still shows of it: it may have run again between two looks. */
export function outcomeEvent(outcome: Outcome, last: JobEvent | undefined, rows: readonly QueueRow[]): JobEvent {
  const { evidence, tasks } = outcome;
  const { base, flags, raw } = stateOfOutcome(outcome);
  return {
    state: outcome.kind === "lost" ? "UNKNOWN" : base,
    flags,
    reason: outcome.kind === "lost" ? outcome.why : evidence.reason,
    nodes: rows.find(({ nodes }) => nodes !== undefined)?.nodes ?? last?.nodes,
    restarts: Math.max(last?.restarts ?? 0, ...rows.map(({ restarts }) => restarts)),
    raw,
    observedAtSeconds: evidence.observedAtSeconds,
    source: evidence.source === "controller" ? "queue" : evidence.source,
    ...(tasks === undefined ? {} : { tasks: countTasks([], tasks) }),
  };
}

function countTasks(alive: readonly JobStateName[], ended: readonly Outcome[]): JobEvent["tasks"] {
  const counts: Partial<Record<JobStateName, number>> = {};
  for (const name of [...alive, ...ended.map((outcome) => stateOfOutcome(outcome).base)]) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
