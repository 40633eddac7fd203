import type { Cancellable } from "@hpckit/core";
import type { Outcome } from "../outcome/outcome.js";
import { placeJob } from "../check/checked-job.js";
import { findBadNodes } from "./bad-nodes.js";
import { isRoundDue, planRound } from "./plan-round.js";
import type { FailedTask, RetryRule } from "./retry-rule.js";
import type { SetContext, SetSender } from "./set-context.js";
import { askedMemory, askLimits, capTopics, findCaps } from "./set-limits.js";
import type { SetRecord } from "./set-record.js";
import { endOf, type LiveArray, type SetState } from "./set-state.js";

export type DecidedRound = Extract<SetRecord, { kind: "round" }>;

/** Decides whether failed tasks are submitted again now, and with what; undefined if not. Writes nothing down. */
export async function decideRound(context: SetContext, state: SetState, sender: SetSender, { firstFailedMs }: { readonly firstFailedMs: number }, options: Cancellable): Promise<DecidedRound | undefined> {
  const states = state.log.tasks.map((task) => ({ task, now: state.stateOf(task) }));
  const failed = states.flatMap(({ task, now }) => (now.kind === "retrying" ? [failedTask(state, sender, task, now)] : []));
  const timing = {
    failed: failed.length,
    open: states.filter(({ now }) => now.kind === "held" || now.kind === "queued").length,
    gatheredMs: context.clock.monotonic() - firstFailedMs,
    ageMs: context.clock.now() - state.log.definition.madeAtSeconds * 1000,
  };
  // Which tasks run again is recorded; who goes on with the set may have another rule, or none.
  return isRoundDue(timing) ? makeRound(context, state, sender, { failed, rule: sender.rule ?? { on: [] } }, options) : undefined;
}

/** Makes a round of these tasks. */
export async function makeRound(
  context: SetContext,
  state: SetState,
  sender: SetSender,
  { failed, rule, exclude: wished = [] }: { readonly failed: readonly FailedTask[]; readonly rule: RetryRule; readonly exclude?: readonly string[] | undefined },
  options: Cancellable,
): Promise<DecidedRound> {
  const knowledge = await askLimits(context, capTopics, options);
  const before = state.log.arrays.flatMap(({ exclude = [] }) => exclude);
  const bad = rule.excludeNodes === false ? [] : leaveEnough([...new Set([...before, ...findBadNodes(allEnds(state), rule.excludeNodes?.failures ?? usualFailures)])], placeJob(sender.spec, knowledge));
  const exclude = [...new Set([...wished, ...bad])];
  const { windowSize, arraySize } = state.log.definition;
  const { arrays, givenUp } = planRound(failed, { rule, caps: findCaps(sender.spec, knowledge), exclude, windowSize, mostTasks: arraySize, bytesOf: sender.bytesOf });
  return { kind: "round", arrays, givenUp, madeAtSeconds: Math.floor(context.clock.now() / 1000) };
}

const usualFailures = 3;

export function failedTask(state: SetState, { spec }: SetSender, task: number, { outcome, live }: { readonly outcome: Outcome; readonly live: LiveArray }): FailedTask {
  const { memoryBytes = askedMemory(spec), timeSeconds = spec.time?.seconds } = live.array;
  return { task, attempts: state.attempts(task).length, outcome, memoryBytes, timeSeconds: finite(timeSeconds) };
}

/** No limit is nothing that could grow. */
const finite = (amount: number | undefined): number | undefined => (amount === Infinity ? undefined : amount);

/** Of every attempt: a node that failed a task once has done so, though the task went well elsewhere since. */
const allEnds = (state: SetState): readonly Outcome[] => state.arrays.flatMap((live) => live.array.tasks.flatMap((task) => endOf(live, task) ?? []));

/** At least half of the partition, and as many nodes as one task needs, must be left. */
function leaveEnough(bad: readonly string[], { partitions, demand }: ReturnType<typeof placeJob>): readonly string[] {
  if (partitions.length === 0) return bad;
  const nodes = Math.max(...partitions.map(({ totalNodes }) => totalNodes));
  return bad.slice(0, Math.max(0, Math.min(Math.floor(nodes / 2), nodes - demand.nodes)));
}
