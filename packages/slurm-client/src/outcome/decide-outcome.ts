import { cancelledBy, parseState, type FinalState } from "../state/job-state.js";
import { parseExitCode, signalName } from "./exit-code.js";
import type { Outcome, OutcomeEvidence, TaskOutcome } from "./outcome.js";

/** What is known of a job, or of an array's task, that has ended. */
export interface EndedRecord {
  readonly evidence: OutcomeEvidence;
  readonly state: FinalState;
  readonly elapsedSeconds: number | undefined;
  readonly exitCodeUncertain: boolean;
}

/** Makes an outcome of a record. The state decides; the exit code only says how a job failed. */
export function decideOutcome({ evidence, state, elapsedSeconds, exitCodeUncertain }: EndedRecord): Outcome {
  const facts = { evidence, elapsedSeconds };
  switch (state) {
    case "COMPLETED":
      return { kind: "completed", ...facts };
    case "FAILED": {
      const code = parseExitCode(evidence.rawExitCode ?? "");
      const signal = code === undefined || code.signal === 0 ? undefined : signalName(code.signal);
      return { kind: "failed", exitCode: signal === undefined ? code?.exitCode : undefined, signal, exitCodeUncertain, ...facts };
    }
    case "CANCELLED":
      return { kind: "cancelled", byUid: cancelledBy(evidence.rawState ?? ""), ...facts };
    case "TIMEOUT":
      return { kind: "timeout", ...facts };
    case "OUT_OF_MEMORY":
      return { kind: "out-of-memory", ...facts };
    case "PREEMPTED":
      return { kind: "preempted", ...facts };
    case "NODE_FAIL":
      return { kind: "node-failure", ...facts };
    case "DEADLINE":
      return { kind: "deadline", ...facts };
    case "BOOT_FAIL":
      return { kind: "boot-failure", ...facts };
  }
}

/** Neither the queue nor accounting knows the job. */
export function lostOutcome(why: string, observedAtSeconds: number, rawState?: string): Outcome {
  const evidence = { source: rawState === undefined ? "none" : "accounting", rawState, rawExitCode: undefined, reason: undefined, observedAtSeconds } as const;
  return { kind: "lost", why, evidence, elapsedSeconds: undefined };
}

/** The end of an array job from those of its tasks. */
export function combineOutcomes(tasks: readonly TaskOutcome[]): Outcome {
  const decisive = tasks.find((task) => task.kind !== "completed") ?? tasks[0];
  if (decisive === undefined) throw new RangeError("an array job has at least one task");
  const elapsed = tasks.flatMap(({ elapsedSeconds }) => (elapsedSeconds === undefined ? [] : [elapsedSeconds]));
  return { ...withoutTask(decisive), elapsedSeconds: elapsed.length === 0 ? undefined : Math.max(...elapsed), tasks };
}

function withoutTask(outcome: TaskOutcome): Outcome {
  const copy: Outcome & { task?: number } = { ...outcome };
  delete copy.task;
  return copy;
}

/** The final state that an outcome's evidence shows, for events. */
export const stateOfOutcome = (outcome: Outcome): ReturnType<typeof parseState> => parseState(outcome.evidence.rawState ?? "");
