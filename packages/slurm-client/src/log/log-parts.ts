import { OptionsError } from "@hpckit/core";
import type { JobReference } from "../job/job-reference.js";
import type { LogOptions } from "./job-log.js";
import type { LogStream } from "./log-file.js";

/** What a reading is of: one stream of a job, a task or a component. */
export interface LogPart {
  readonly task: number | undefined;
  readonly component: number | undefined;
  readonly stream: LogStream;
}

const refuse = (path: string, message: string): never => {
  throw new OptionsError("job.log", [{ path, message }]);
};

/** Whose output is asked for. @throws OptionsError for what the job does not have. */
export function findLogParts(reference: JobReference, { stream = "stdout", file, ...asked }: LogOptions): readonly LogPart[] {
  if (file !== undefined && stream !== "stdout") refuse("stream", "a file that is named is read as it is: leave the stream out");
  // Where both are in one file it is read once.
  const streams: readonly LogStream[] = stream === "both" ? ["stdout", "stderr"] : [stream];
  const tasks = findTasks(reference, asked.task);
  return tasks.flatMap((task) => findComponents(reference, { component: asked.component, file }).flatMap((component) => streams.map((one) => ({ task, component, stream: one }))));
}

function findTasks({ id, tasks, task: own }: JobReference, asked: LogOptions["task"]): readonly (number | undefined)[] {
  if (own !== undefined) return asked === undefined || asked === own || asked === "all" ? [own] : refuse("task", `this is task ${own} of job ${id}`);
  if (asked === "all") return tasks ?? refuse("task", `the reference of job ${id} names no tasks: slurm.find("${id}") looks for them, and names none while it is not sure of all; slurm.find("${id}_0") looks for one`);
  if (asked !== undefined && tasks?.includes(asked) !== true) refuse("task", `job ${id} has no task ${asked}`);
  if (asked === undefined && tasks !== undefined) refuse("task", 'an array has a log for each task: say which with { task }, or { task: "all" }');
  return [asked];
}

/** The batch script of a heterogeneous job runs on its first component, and srun brings it what the steps of all print: 22.05 to 26.05 write no other file. */
function findComponents({ id, components }: JobReference, { component, file }: Pick<LogOptions, "component" | "file">): readonly (number | undefined)[] {
  if (component === undefined) return [undefined];
  if (components === undefined) refuse("component", `job ${id} is not known to have components`);
  if (component !== "all" && component >= (components ?? 0)) refuse("component", `job ${id} has the components 0 to ${(components ?? 0) - 1}`);
  if (file !== undefined) return component === "all" ? Array.from({ length: components ?? 0 }, (_, index) => index) : [component];
  if (component === "all" || component === 0) return [undefined];
  return refuse("component", 'what all components print is in the output of the first: give each step a file of its own, step({ output: "part-%j.out" }), and read that: { file: "part-%j.out", component }');
}
