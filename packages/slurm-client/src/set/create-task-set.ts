import { AbortedError, onAbort, OptionsError, parseOptions, type Cancellable } from "@hpckit/core";
import type { CheckFinding } from "../check/check-finding.js";
import { SlurmError } from "../error/slurm-error.js";
import type { Job } from "../job/job.js";
import { failedTask, makeRound } from "./decide-round.js";
import type { SetContext, SetIdentity, SetSender } from "./set-context.js";
import { createNews } from "./set-news.js";
import { retryFailedSchema } from "./set-input.js";
import { createSetRunner, type SetRunner, type SetRunnerOptions } from "./set-runner.js";
import { endOf } from "./set-state.js";
import type { News, RetryFailedOptions, SetTask, SetTaskOutcome, TaskSet, TaskSetEvent, TaskSetOutcome, TaskSetProgress } from "./task-set.js";

export interface CreateTaskSetOptions extends Omit<SetRunnerOptions, "tell"> {
  readonly findings: readonly CheckFinding[];
  /** Lets the set go. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The handle of a set, which goes on by itself from here.
 * @throws what its first turn meets: nothing goes on then.
 */
export async function createTaskSet(context: SetContext, { findings, signal, ...options }: CreateTaskSetOptions): Promise<TaskSet> {
  const { identity, sender } = options;
  let news = createNews<TaskSetEvent>();
  const runner = createSetRunner(context, { ...options, tell: (item) => news.tell(withProgress(item, runner.state.progress())) });
  const letGo = (): void => {
    runner.stop();
    news.fail(new AbortedError(`the set ${JSON.stringify(identity.key)} was let go; its jobs go on, and slurm.submitSet() with the same input goes on with it`, { cause: signal?.reason }));
  };
  try {
    signal?.throwIfAborted();
    await runner.turn();
  } catch (error) {
    runner.stop();
    throw error;
  }
  let running: Promise<void> | undefined;
  let again = false;
  /** Goes on until the set has ended: once more, if more of it is to be sent after that. */
  const goOn = (): void => {
    again = running !== undefined;
    runner.wake();
    if (again) return;
    if (news.hasEnded()) news = createNews();
    const own = news;
    const fail = (error: unknown): void => {
      runner.stop();
      own.fail(error);
    };
    const stopWaiting = onAbort(signal, letGo);
    running = runner.run().then(() => own.end(), fail).finally(() => {
      stopWaiting();
      running = undefined;
      if (again) goOn();
    });
  };
  goOn();
  const { state } = runner;
  return {
    key: identity.key,
    cluster: context.facts.name,
    findings,
    toJSON: () => ({ cluster: context.facts.name, key: identity.key, ...(identity.namespace === undefined ? {} : { namespace: identity.namespace }) }),
    progress: () => state.progress(),
    events: (given: Cancellable = {}) => news.listen({ kind: "progress", progress: state.progress() }, given),
    task: (task) => setTask(context, runner, identity, task),
    arrays: () => state.arrays.flatMap((live) => runner.sent(live) ?? []),
    done: async (given: Cancellable = {}) => {
      await news.ended(given);
      return outcomeOf(runner);
    },
    retryFailed: async (given = {}) => {
      const tasks = await retryFailed(context, runner, sender, parseOptions(retryFailedSchema, given, "retryFailed"));
      if (tasks.length > 0) goOn();
      return tasks;
    },
    cancel: (given: Cancellable = {}) => cancelSet(context, runner, given),
    [Symbol.asyncDispose]: async () => {
      letGo();
      await running;
    },
  };
}

const withProgress = (item: News, progress: TaskSetProgress): TaskSetEvent => ({ ...item, progress });

function setTask(context: SetContext, { state }: SetRunner, { key }: SetIdentity, task: number): SetTask {
  const arrays = state.attempts(task);
  if (arrays.length === 0) throw new OptionsError("set.task", [{ path: "", message: `the set ${JSON.stringify(key)} has no task ${task}` }]);
  const attempts = (): readonly Job[] => state.attempts(task).flatMap(({ watched, array }) => (watched === undefined ? [] : [context.handle(watched.reference).task(task - array.offset)]));
  return {
    task,
    get attempts() {
      return attempts();
    },
    get outcome() {
      const now = state.stateOf(task);
      return now.kind === "ended" ? now.outcome : undefined;
    },
    log: (options) => {
      const last = attempts().at(-1);
      if (last === undefined) throw new SlurmError("task-held-back", `task ${task} of the set ${JSON.stringify(key)} was not sent yet: it has no output`, { retryable: true });
      return last.log(options);
    },
  };
}

function outcomeOf({ state }: SetRunner): TaskSetOutcome {
  const tasks = state.log.tasks.map((task): SetTaskOutcome => {
    const now = state.stateOf(task);
    const attempts = state.attempts(task).filter(({ watched }) => watched !== undefined).length;
    return now.kind === "ended" ? { task, attempts, kind: "ended", outcome: now.outcome } : { task, attempts, kind: "not-submitted" };
  });
  const isComplete = tasks.every((each) => each.kind === "ended" && each.outcome.kind === "completed");
  return { kind: isComplete ? "completed" : state.log.cancelled ? "cancelled" : "incomplete", tasks, progress: state.progress() };
}

async function cancelSet(context: SetContext, runner: SetRunner, { signal }: Cancellable): Promise<void> {
  const { state } = runner;
  while (!state.log.cancelled) await runner.record({ kind: "cancelled", madeAtSeconds: Math.floor(context.clock.now() / 1000) });
  signal?.throwIfAborted();
  await runner.cancelSent();
  runner.wake();
}

/** Whatever the rule says of it: what a person decided is not given up. */
async function retryFailed(context: SetContext, runner: SetRunner, sender: SetSender | undefined, { tasks, memory, time, exclude, signal }: RetryFailedOptions): Promise<readonly number[]> {
  const { state } = runner;
  if (sender === undefined) throw new SlurmError("set-not-sent-here", "this handle only looks: take the one of slurm.submitSet(), which knows what the tasks run");
  if (state.log.cancelled) throw new SlurmError("set-cancelled", "the set was cancelled: submit what is left of it as another");
  for (;;) {
    const failed = (tasks ?? state.log.tasks).flatMap((task) => {
      const last = state.attempts(task).at(-1);
      const outcome = last && endOf(last, task);
      return last === undefined || outcome === undefined || outcome.kind === "completed" ? [] : [failedTask(state, sender, task, { outcome, live: last })];
    });
    if (failed.length === 0) return [];
    const asBefore = { memory: memory ?? ((each: { memoryBytes: number | undefined }) => bytes(each.memoryBytes)), time: time ?? ((each: { timeSeconds: number | undefined }) => seconds(each.timeSeconds)) };
    const { round } = await makeRound(context, state, sender, { failed, rule: { on: ["failed"], ...asBefore }, exclude }, { signal });
    if (!(await runner.record(round))) continue;
    return failed.map(({ task }) => task);
  }
}

const bytes = (amount: number | undefined) => (amount === undefined ? undefined : { bytes: amount });
const seconds = (amount: number | undefined) => (amount === undefined ? undefined : { seconds: amount });
