import { AbortedError, linesOf } from "@hpckit/core";
import { eitherSignal } from "../concurrency/either-signal.js";
import { pushQueue } from "../concurrency/push-queue.js";
import { merge } from "../log/merge.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { lineSplitter } from "../step/line-splitter.js";
import { saidTail } from "../step/said-tail.js";
import { taskEndReader } from "../step/task-end.js";
import { readTaskLine, type TaskLine } from "../step/task-line.js";
import type { RunTasksOptions, TasksResult, TaskStream } from "./allocation.js";
import { runStep, type JudgeEnd, type StepCommand } from "./run-step.js";

/** Starts a step whose tasks are told apart by srun's labels, and their ends by what a verbose srun says. */
export async function runTasks(context: SlurmContext, jobId: string, command: StepCommand, options: RunTasksOptions, judge?: JudgeEnd): Promise<TaskStream> {
  const printed = pushQueue<TaskLine>();
  const ends = taskEndReader();
  const complaints = saidTail();
  const errors = lineSplitter((line) => {
    const own = readTaskLine(line, "stderr");
    if (own !== undefined) printed.push(own);
    else {
      ends.push(line);
      if (!/^srun: (?!error: )/.test(line)) complaints.hear(`${line}\n`);
    }
  });
  const leaving = new AbortController();
  const signal = eitherSignal(options.signal, leaving.signal);
  const labelled = { ...options, signal, label: true, extraArguments: [...(options.extraArguments ?? []), "--verbose"], onStderr: errors.push };
  const step = await runStep(context, jobId, command, labelled, judge);
  const over = (): void => {
    errors.end();
    printed.end();
  };
  const result = step.result.finally(over).then((end): TasksResult => ({ ...end, stderr: complaints.said(), tasks: ends.ends() }));
  result.catch(() => undefined);
  async function* stdout(): AsyncGenerator<TaskLine> {
    for await (const line of linesOf(step)) {
      const own = readTaskLine(line, "stdout");
      if (own !== undefined) yield own;
    }
  }
  /** Leaving the loop early ends the step at once: a task may print nothing for long. */
  async function* printedLines(): AsyncGenerator<TaskLine> {
    let isWhole = false;
    try {
      yield* merge([stdout(), printed.items()]);
      isWhole = true;
    } finally {
      if (!isWhole) leaving.abort(new AbortedError("the step was left"));
    }
  }
  return { result, [Symbol.asyncIterator]: printedLines };
}
