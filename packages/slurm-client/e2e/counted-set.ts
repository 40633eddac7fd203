import { compose } from "@hpckit/core";
import type { TaskSetInput, TaskSpecInput } from "../src/index.js";

/** So many tasks has a counted set, of which one fails the first time that it runs. */
export const countedTasks = 14;
export const failingTask = 5;

/** Tasks that leave a line in a file of their own each time that they run: what ran twice is seen. */
export const countedSet = (key: string, place: Omit<TaskSpecInput, "launch">): TaskSetInput => ({
  key,
  tasks: countedTasks,
  retry: { on: ["failed"], most: 2 },
  spec: {
    time: "5m",
    memory: "50M",
    output: "counted-%A_%a.out",
    ...place,
    launch: compose(["sh", "-c", `echo "$SLURM_JOB_ID" >> "runs/$SET_TASK_ID"; sleep 1; [ "$SET_TASK_ID" != ${failingTask} ] || [ "$(wc -l < "runs/$SET_TASK_ID")" -gt 1 ]`]),
  },
});
