import { formatIndexList } from "../queue/index-ranges.js";
import { cutTasks, type CutOptions } from "./cut-tasks.js";
import { growRequest, type RequestCaps } from "./grow-request.js";
import { recordArray } from "./read-set-log.js";
import type { FailedTask, RetryRule } from "./retry-rule.js";
import type { ChangedRequest, GivenUpTasks, RecordedArray } from "./set-record.js";

/** A round that is to be recorded. */
export interface PlannedRound {
  readonly arrays: readonly RecordedArray[];
  readonly givenUp: readonly GivenUpTasks[];
}

export interface RoundOptions extends CutOptions {
  readonly rule: RetryRule;
  readonly caps: RequestCaps;
  /** Nodes to be left out. */
  readonly exclude: readonly string[];
}

/**
 * Makes a round of tasks that failed: those that ask for the same go together. Pure.
 *
 * Guarantees: every failed task is in one array, or given up; no other is.
 */
export function planRound(failed: readonly FailedTask[], { rule, caps, exclude, ...cut }: RoundOptions): PlannedRound {
  const groups = new Map<string, { readonly request: ChangedRequest; readonly tasks: number[] }>();
  const givenUp = new Map<string, number[]>();
  for (const each of [...failed].sort((one, other) => one.task - other.task)) {
    const grown = growRequest(each, rule, caps);
    if (grown.kind === "given-up") {
      const known = givenUp.get(grown.why) ?? [];
      known.push(each.task);
      givenUp.set(grown.why, known);
      continue;
    }
    const request: ChangedRequest = { ...grown.request, ...(exclude.length === 0 ? {} : { exclude: [...exclude].sort() }) };
    const name = JSON.stringify(request);
    const group = groups.get(name) ?? { request, tasks: [] };
    group.tasks.push(each.task);
    groups.set(name, group);
  }
  return { givenUp: [...givenUp].map(([why, tasks]) => ({ tasks: formatIndexList(tasks), why })), arrays: [...groups.values()].flatMap(({ request, tasks }) => cutTasks(tasks, cut).map((part) => recordArray(part, request))) };
}

/** What speaks for a round now. */
export interface RoundTiming {
  /** Tasks that could be in it. */
  readonly failed: number;
  /** Tasks that have not ended, or were not sent yet. */
  readonly open: number;
  /** How long ago the first of the failed was seen to have ended. */
  readonly gatheredMs: number;
  /** How long ago the set was begun. */
  readonly ageMs: number;
}

const leastGatherMs = 30_000;

/**
 * Whether failed tasks should be submitted again now, or gathered for longer. At once where nothing else goes on; else after an eighth of the
 * set's age, so that a failure waits little and yet the rounds of a long set stay few.
 */
export const isRoundDue = ({ failed, open, gatheredMs, ageMs }: RoundTiming): boolean =>
  failed > 0 && (open === 0 || gatheredMs >= Math.max(leastGatherMs, ageMs / 8));
