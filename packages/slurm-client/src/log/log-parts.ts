import { OptionsError } from "@hpckit/core";
import type { JobReference } from "../job/job-reference.js";
import type { LogOptions } from "./job-log.js";
import type { LogStream } from "./log-file.js";

/** One of the files that a reading is of. */
export interface LogPart {
  readonly task: number | undefined;
  readonly component: number | undefined;
  readonly stream: LogStream;
}

const refuse = (path: string, message: string): never => {
  throw new OptionsError("job.log", [{ path, message }]);
};

/** Which files are asked for. @throws OptionsError for what the job does not have. */
export function findLogParts(reference: JobReference, { stream = "stdout", file, fromOffset, ...asked }: LogOptions): readonly LogPart[] {
  const both: readonly LogStream[] = reference.error === undefined || reference.error === reference.output ? ["stdout"] : ["stdout", "stderr"];
  if (file !== undefined && stream !== "stdout") refuse("stream", "a file that is named is read as it is: leave the stream out");
  const streams = stream === "both" ? both : [stream];
  const tasks = findTasks(reference, asked.task);
  const parts = tasks.flatMap((task) => findComponents(reference, { component: asked.component, file }).flatMap((component) => streams.map((one) => ({ task, component, stream: one }))));
  if (fromOffset !== undefined && parts.length > 1) refuse("fromOffset", "an offset is of one file: name one stream, one task and one component");
  return parts;
}

function findTasks({ id, tasks, task: own }: JobReference, asked: LogOptions["task"]): readonly (number | undefined)[] {
  if (own !== undefined) return asked === undefined || asked === own || asked === "all" ? [own] : refuse("task", `this is task ${own} of job ${id}`);
  if (asked === "all") return tasks ?? refuse("task", `the reference of job ${id} names no tasks: slurm.find("${id}") looks for them`);
  if (asked !== undefined && tasks?.includes(asked) !== true) refuse("task", `job ${id} has no task ${asked}`);
  if (asked === undefined && tasks !== undefined) refuse("task", 'is known per task: say which with { task }, or { task: "all" }');
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
