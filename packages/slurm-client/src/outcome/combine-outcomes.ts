import type { ComponentOutcome, Outcome, OutcomeFacts, TaskOutcome } from "./outcome.js";

/** The end of an array job from those of its tasks. */
export const combineTasks = (tasks: readonly TaskOutcome[]): Outcome => ({ ...combined(tasks), tasks });

/** The end of a heterogeneous job from those of its components. */
export const combineComponents = (components: readonly ComponentOutcome[]): Outcome => ({ ...combined(components), components });

/** That of the first part that is not `completed`, with the times of all. */
function combined(parts: readonly (TaskOutcome | ComponentOutcome)[]): Outcome {
  const decisive = parts.find((part) => part.kind !== "completed") ?? parts[0];
  if (decisive === undefined) throw new RangeError("a job has at least one part");
  return { ...withoutPart(decisive), ...factsOfAll(parts) };
}

function factsOfAll(parts: readonly Outcome[]): Pick<OutcomeFacts, "started" | "startedAtSeconds" | "endedAtSeconds" | "elapsedSeconds" | "restarts" | "nodes"> {
  return {
    started: parts.some(({ started }) => started) || (parts.some(({ started }) => started === undefined) ? undefined : false),
    startedAtSeconds: lowest(parts.map(({ startedAtSeconds }) => startedAtSeconds)),
    endedAtSeconds: highest(parts.map(({ endedAtSeconds }) => endedAtSeconds)),
    elapsedSeconds: highest(parts.map(({ elapsedSeconds }) => elapsedSeconds)),
    restarts: highest(parts.map(({ restarts }) => restarts)) ?? 0,
    nodes: undefined,
  };
}

// Not Math.max(...): an array can have more tasks than a call may have arguments.
const highest = (values: readonly (number | undefined)[]): number | undefined => values.reduce((most, value) => (value === undefined || (most !== undefined && most >= value) ? most : value), undefined);
const lowest = (values: readonly (number | undefined)[]): number | undefined => values.reduce((least, value) => (value === undefined || (least !== undefined && least <= value) ? least : value), undefined);

function withoutPart(outcome: TaskOutcome | ComponentOutcome): Outcome {
  const copy: Outcome & { task?: number; component?: number } = { ...outcome };
  delete copy.task;
  delete copy.component;
  return copy;
}
