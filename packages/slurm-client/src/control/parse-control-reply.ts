import type { ExecResult } from "@hpckit/core";
import { parseIndexList } from "../queue/index-ranges.js";
import { findControlProblem, type ControlProblem } from "./control-problem.js";

/** Tasks of an array to which Slurm did not do what it was told, while it did to others. */
export interface RefusedTasks {
  readonly tasks: readonly number[];
  readonly problem: ControlProblem;
  /** In Slurm's words. */
  readonly message: string;
}

/** What Slurm said to one order about one job. */
export type ControlReply =
  /** `refused`: of an array, tasks to which it was not done. */
  | { readonly kind: "done"; readonly refused: readonly RefusedTasks[] }
  | { readonly kind: "refused"; readonly problem: ControlProblem; readonly message: string };

/** `21_0,2: No error` (22.05 to 25.05), `21_[0,2]: No error` (later): a line for each answer that an array's tasks gave. */
const taskLine = /^\d+_\[?([\d,:-]+)\]?: (.*)$/;

/** A job that runs need not be resumed, as one that is suspended already need not be suspended: of that scontrol says nothing (25.11 on; before, owners may do neither). */
const isDone = (message: string): boolean => message === "No error" || message === "Job is not suspended";

/** Reads what scontrol said about one job, array or task; it prints nothing where all went well. */
export function parseScontrolReply({ ok, stderr }: Pick<ExecResult, "ok" | "stderr">): ControlReply {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const answers = lines.flatMap((line) => {
    const [, tasks, message = ""] = taskLine.exec(line) ?? [];
    return tasks === undefined ? [] : [{ tasks: parseIndexList(tasks), message }];
  });
  const refused = answers.filter(({ message }) => !isDone(message)).map(({ tasks, message }) => ({ tasks, problem: findControlProblem(message), message }));
  if (answers.length > refused.length || (ok && answers.length === 0)) return { kind: "done", refused };
  // The worst that an array's tasks said: that some of them have ended matters least.
  const [worst] = [...refused].sort((one, other) => Number(one.problem === "ended") - Number(other.problem === "ended"));
  if (worst !== undefined) return { kind: "refused", problem: worst.problem, message: worst.message };
  const message = (lines[0] ?? "no reason was given").replace(/ for job \S+$/, "");
  if (lines.length === 1 && isDone(message)) return { kind: "done", refused: [] };
  return { kind: "refused", problem: findControlProblem(stderr), message };
}

/** Reads what `scancel --verbose` said about many jobs; of those that it does not name it told the controller. */
export function parseScancelReplies(stderr: string): ReadonlyMap<string, ControlReply> {
  const replies = new Map<string, ControlReply>();
  for (const [, id = "", message = ""] of stderr.matchAll(/^scancel: error: Kill job error on job id (\S+): (.*)$/gm)) {
    replies.set(id, { kind: "refused", problem: findControlProblem(message), message });
  }
  return replies;
}
