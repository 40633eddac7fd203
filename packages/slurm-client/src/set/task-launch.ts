import { addingLayer, fragment, lines, raw, setVariable, sh, type Launch } from "@hpckit/core";
import type { SetArray } from "./read-set-log.js";
import { taskVariable, type TaskVariables } from "./set-tasks.js";

/**
 * A launch that knows its task: `$SET_TASK_ID`, and the task's own variables, are set before anything else. A container that lets no
 * variables in has to be told of them, as of SLURM_ARRAY_TASK_ID.
 */
export function launchOfArray(launch: Launch, { tasks, offset }: Pick<SetArray, "tasks" | "offset">, variables: readonly TaskVariables[] | undefined): Launch {
  const which = setVariable(taskVariable, raw(`"$((${offset} + \${SLURM_ARRAY_TASK_ID:?}))"`));
  const own = variables === undefined ? [] : [fragment(assignments(tasks, variables))];
  return addingLayer("task set", { setup: [which, ...own] }).apply(launch);
}

const assignments = (tasks: readonly number[], variables: readonly TaskVariables[]) =>
  lines(raw(`case $${taskVariable} in`), ...tasks.map((task) => sh`${task}) ${exportsOf(variables[task] ?? {})} ;;`), raw("esac"));

const exportsOf = (variables: TaskVariables) => {
  const names = Object.entries(variables);
  return names.length === 0 ? raw(":") : raw(names.map(([name, value]) => sh`export ${raw(name)}=${value}`.shell).join("; "));
};

/** Bytes that a task's variables add to a script. */
export const variableBytes = (variables: readonly TaskVariables[] | undefined, task: number): number =>
  variables === undefined ? 0 : Buffer.byteLength(exportsOf(variables[task] ?? {}).shell) + String(task).length + 6;
