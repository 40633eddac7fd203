import { stateOfOutcome } from "../outcome/decide-outcome.js";
import type { Outcome } from "../outcome/outcome.js";
import { countIndices } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { explainReason } from "../state/explain-reason.js";
import { liveBase, type JobStateName } from "../state/job-state.js";
import type { JobEvent } from "./job-event.js";

export interface LiveParts {
  /** Rows of the queue that are not final. */
  readonly alive: readonly QueueRow[];
  /** Of an array job: tasks that have ended. */
  readonly ended: ReadonlyMap<number, Outcome> | undefined;
  readonly observedAtSeconds: number;
}

/** The most active first: an array job is what its most active task is. */
const byActivity: readonly JobStateName[] = ["RUNNING", "SUSPENDED", "UNKNOWN", "PENDING"];

/** What the queue shows; nothing while it shows nothing. */
export function liveEvent(last: JobEvent | undefined, { alive, ended, observedAtSeconds }: LiveParts): JobEvent | undefined {
  const row = mostActive(alive);
  if (row === undefined) return undefined;
  const base = liveBase(row.state);
  return {
    // A flag such as COMPLETING hides the base: it is still what it was.
    state: base === "UNKNOWN" && row.state.flags.length > 0 ? (last?.state ?? "UNKNOWN") : base,
    flags: row.state.flags,
    reason: row.reason,
    explanation: explainReason(row.reason),
    nodes: nodesOf(row, alive),
    restarts: row.restarts,
    raw: row.state.raw,
    observedAtSeconds,
    source: "queue",
    ...(ended === undefined ? {} : { tasks: countTasks(alive, ended.values()) }),
  };
}

const activity = ({ state }: QueueRow): number => byActivity.indexOf(liveBase(state));

const mostActive = (rows: readonly QueueRow[]): QueueRow | undefined =>
  rows.reduce<QueueRow | undefined>((found, row) => (found === undefined || activity(row) < activity(found) ? row : found), undefined);

/** Those of all components; of an array those of one task, as there can be thousands. */
function nodesOf(row: QueueRow, alive: readonly QueueRow[]): string | undefined {
  if (row.component === undefined) return row.nodes;
  const nodes = [...new Set(alive.flatMap((each) => (each.nodes === undefined ? [] : [each.nodes])))].sort();
  return nodes.length === 0 ? undefined : nodes.join(",");
}

/** The last event of a job. @param rows - what the queue still shows of it: it may have run again between two looks. */
export function outcomeEvent(outcome: Outcome, last: JobEvent | undefined, rows: readonly QueueRow[]): JobEvent {
  const { evidence, tasks, restarts } = outcome;
  const { base, flags, raw } = stateOfOutcome(outcome);
  return {
    state: outcome.kind === "lost" ? "UNKNOWN" : base,
    flags,
    reason: outcome.kind === "lost" ? outcome.why : evidence.reason,
    explanation: outcome.kind === "lost" ? undefined : explainReason(evidence.reason),
    nodes: rows.find(({ nodes }) => nodes !== undefined)?.nodes ?? last?.nodes,
    restarts,
    raw,
    observedAtSeconds: evidence.observedAtSeconds,
    source: evidence.source === "controller" ? "queue" : evidence.source,
    ...(tasks === undefined ? {} : { tasks: countTasks([], tasks) }),
  };
}

function countTasks(alive: readonly QueueRow[], ended: Iterable<Outcome>): JobEvent["tasks"] {
  const counts: Partial<Record<JobStateName, number>> = {};
  const add = (name: JobStateName, count: number): void => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  for (const { state, tasks } of alive) add(liveBase(state), tasks === undefined ? 1 : countIndices(tasks));
  for (const outcome of ended) add(stateOfOutcome(outcome).base, 1);
  return counts;
}
