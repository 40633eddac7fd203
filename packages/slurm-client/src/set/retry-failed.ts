import { OptionsError } from "@hpckit/core";
import { SlurmError } from "../error/slurm-error.js";
import { parseIndexList } from "../queue/index-ranges.js";
import { failedTask, makeRound } from "./decide-round.js";
import type { FailedTask } from "./retry-rule.js";
import type { SetContext, SetSender } from "./set-context.js";
import type { SetRunner } from "./set-runner.js";
import { endOf, type SetState } from "./set-state.js";
import type { RetriedTasks, RetryFailedOptions } from "./task-set.js";

const bytes = (amount: number | undefined) => (amount === undefined ? undefined : { bytes: amount });
const seconds = (amount: number | undefined) => (amount === undefined ? undefined : { seconds: amount });

/** Decides a round of failed tasks, whatever the rule says of them: what a person decided is not given up for its number of attempts. */
export async function retryFailed(context: SetContext, { state, record, known }: SetRunner, sender: SetSender | undefined, { tasks, memory, time, exclude, signal }: RetryFailedOptions): Promise<RetriedTasks> {
  if (sender === undefined) throw new SlurmError("set-not-sent-here", "this handle only looks: take the one of slurm.submitSet(), which knows what the tasks run");
  const unknown = tasks?.find((task) => state.attempts(task).length === 0);
  if (unknown !== undefined) throw new OptionsError("retryFailed", [{ path: "tasks", message: `the set has no task ${unknown}` }]);
  const rule = { on: [], memory: memory ?? ((each: FailedTask) => bytes(each.memoryBytes)), time: time ?? ((each: FailedTask) => seconds(each.timeSeconds)) };
  for (;;) {
    if (state.log.cancelled) throw new SlurmError("set-cancelled", "the set was cancelled: submit what is left of it as another");
    const basis = known();
    const failed = [...new Set(tasks ?? state.log.tasks)].flatMap((task) => failedNow(state, sender, task));
    if (failed.length === 0) return { tasks: [], givenUp: [] };
    const round = await makeRound(context, state, sender, { failed, rule, exclude }, { signal });
    // Another client, or this one's own turn, has decided something first: perhaps about these.
    if (!(await record(round, { signal, basis }))) continue;
    const givenUp = round.givenUp.flatMap(({ tasks: list, why }) => parseIndexList(list).map((task) => ({ task, why })));
    return { tasks: round.arrays.flatMap((array) => parseIndexList(array.tasks)).sort((one, other) => one - other), givenUp };
  }
}

function failedNow(state: SetState, sender: SetSender, task: number): readonly FailedTask[] {
  const live = state.attempts(task).at(-1);
  const outcome = live && endOf(live, task);
  return live === undefined || outcome === undefined || outcome.kind === "completed" ? [] : [failedTask(state, sender, task, { outcome, live })];
}
