import { AbortedError, onAbort, OptionsError, parseOptions, type Cancellable } from "@hpckit/core";
import type { CheckFinding } from "../check/check-finding.js";
import { SlurmError } from "../error/slurm-error.js";
import type { Job } from "../job/job.js";
import { retryFailed } from "./retry-failed.js";
import type { SetContext, SetIdentity } from "./set-context.js";
import { retryFailedSchema } from "./set-input.js";
import { createNews } from "./set-news.js";
import { createSetRunner, type SetRunner, type SetRunnerOptions } from "./set-runner.js";
import type { News, SetTask, SetTaskOutcome, TaskSet, TaskSetEvent, TaskSetOutcome } from "./task-set.js";

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
  /** What the first turn does, before anybody can listen. */
  let begun: readonly TaskSetEvent[] = [];
  let tell = (events: readonly TaskSetEvent[]): void => {
    begun = [...begun, ...events];
  };
  const runner = createSetRunner(context, { ...options, tell: (items) => items.length > 0 && tell(withProgress(items, runner)) });
  const { state } = runner;
  const goneError = (): AbortedError => new AbortedError(`the set ${JSON.stringify(identity.key)} was let go; its jobs go on, and slurm.submitSet() with the same input goes on with it`, { cause: signal?.reason, detail: { outcome: "unknown" } });
  const letGo = (): void => {
    runner.stop();
    news.fail(goneError());
  };
  let stopWaiting = onAbort(signal, letGo);
  // What is sent only now waits, and need not be looked at.
  const isTakenUp = sender === undefined || state.arrays.some(({ watched }) => watched !== undefined);
  await firstTurn(runner, isTakenUp, goneError).catch((error: unknown) => {
    stopWaiting();
    throw error;
  });
  tell = (events) => news.tell(events);
  let running: Promise<void> | undefined;
  let again = false;
  /** Goes on until the set has ended: once more, if more of it is to be sent after that. */
  const goOn = (): void => {
    if (runner.isStopped()) return;
    again = running !== undefined;
    runner.wake();
    if (again) return;
    if (news.hasEnded()) news = createNews();
    const own = news;
    stopWaiting();
    stopWaiting = onAbort(signal, letGo);
    running = runner.run().then(() => own.end(), (error: unknown) => own.fail(error)).finally(() => {
      stopWaiting();
      running = undefined;
      if (again) goOn();
    });
  };
  goOn();
  return {
    key: identity.key,
    cluster: context.facts.name,
    findings,
    toJSON: () => ({ cluster: context.facts.name, key: identity.key, ...(identity.namespace === undefined ? {} : { namespace: identity.namespace }) }),
    progress: () => state.progress(),
    events: (given: Cancellable = {}) => {
      const first = [...begun, { kind: "progress", progress: state.progress() } as const];
      begun = [];
      return news.listen(first, given);
    },
    task: (task) => setTask(context, runner, identity, task),
    arrays: () => state.arrays.flatMap((live) => runner.sent(live) ?? []),
    done: async (given: Cancellable = {}) => {
      await news.ended(given);
      return outcomeOf(runner);
    },
    retryFailed: async (given = {}) => {
      if (runner.isStopped()) throw goneError();
      const retried = await retryFailed(context, runner, sender, parseOptions(retryFailedSchema, given, "retryFailed"));
      if (retried.tasks.length > 0) goOn();
      return retried;
    },
    cancel: async (given: Cancellable = {}) => {
      await cancelSet(context, runner, given);
      if (running === undefined) goOn();
      else runner.wake();
    },
    [Symbol.asyncDispose]: async () => {
      stopWaiting();
      letGo();
      await running;
    },
  };
}

/** What was sent by the time that it is let go is known by its key. */
async function firstTurn(runner: SetRunner, isTakenUp: boolean, goneError: () => AbortedError): Promise<void> {
  try {
    if (!runner.isStopped()) await runner.turn();
    if (isTakenUp && !runner.isStopped()) {
      await runner.looked();
      // What it has seen is told to the first who listens.
      await runner.turn();
    }
  } catch (error) {
    if (!runner.isStopped()) {
      runner.stop();
      throw error;
    }
  }
  if (runner.isStopped()) throw goneError();
}

/** Counted once for all: it takes a look at every task. */
function withProgress(items: readonly News[], { state }: SetRunner): readonly TaskSetEvent[] {
  const progress = state.progress();
  return items.map((item) => ({ ...item, progress }));
}

function setTask(context: SetContext, { state }: SetRunner, { key }: SetIdentity, task: number): SetTask {
  if (state.attempts(task).length === 0) throw new OptionsError("set.task", [{ path: "", message: `the set ${JSON.stringify(key)} has no task ${task}` }]);
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
    const sent = state.attempts(task).filter(({ watched }) => watched !== undefined);
    if (now.kind !== "ended") return { task, attempts: sent.length, kind: "not-submitted" };
    const givenUp = state.log.givenUp.get(task);
    // A person may have decided otherwise since.
    const isGivenUp = givenUp !== undefined && givenUp.round > (sent.at(-1)?.array.round ?? 0);
    return { task, attempts: sent.length, kind: "ended", outcome: now.outcome, ...(isGivenUp ? { givenUp: givenUp.why } : {}) };
  });
  const isComplete = tasks.every((each) => each.kind === "ended" && each.outcome.kind === "completed");
  return { kind: isComplete ? "completed" : state.log.cancelled ? "cancelled" : "incomplete", tasks, progress: state.progress() };
}

/** By its own signal alone: a set that failed here, or was let go, can be cancelled, too. */
async function cancelSet({ clock }: SetContext, runner: SetRunner, { signal }: Cancellable): Promise<void> {
  while (!runner.state.log.cancelled) await runner.record({ kind: "cancelled", madeAtSeconds: Math.floor(clock.now() / 1000) }, { signal });
  const { failures } = await runner.cancelSent({ signal });
  if (failures.length > 0) throw failures[0];
}
