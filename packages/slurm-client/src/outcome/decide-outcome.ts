import { explainReason } from "../state/explain-reason.js";
import { cancelledBy, parseState, type FinalState } from "../state/job-state.js";
import { explainExit, parseExitCode } from "./exit-code.js";
import type { Outcome, OutcomeEvidence, OutcomeFacts } from "./outcome.js";

/** What is known of a job, or of a part of it, that has ended. */
export interface EndedRecord extends Omit<OutcomeFacts, "tasks" | "components" | "started" | "highestStepExit"> {
  readonly evidence: OutcomeEvidence;
  readonly state: FinalState;
  readonly started: boolean;
  readonly exitCodeUncertain: boolean;
  /** As sacct wrote it. */
  readonly derivedExitCode: string | undefined;
  /** Names of users that are known here. */
  readonly users: ReadonlyMap<number, string>;
}

/** Makes an outcome of a record. The state decides; the exit code only says how a job failed. */
export function decideOutcome(record: EndedRecord): Outcome {
  const { state, started } = record;
  const facts = factsOf(record);
  switch (state) {
    case "COMPLETED":
      return { kind: "completed", ...facts };
    case "FAILED":
      return wasNotLaunched(record) ? { kind: "never-started", cause: "launch", ...facts } : failed(record, facts);
    case "CANCELLED":
      return cancelled(record, facts);
    case "TIMEOUT":
      return { kind: "timeout", ...facts };
    case "OUT_OF_MEMORY":
      return { kind: "out-of-memory", ...facts };
    case "PREEMPTED":
      return { kind: "preempted", ...facts };
    case "NODE_FAIL":
      // So ends a job that waits in a partition which an administrator removes (seen on 24.11.5).
      return started ? { kind: "node-failure", ...facts } : { kind: "never-started", cause: "node", ...facts };
    case "DEADLINE":
      return { kind: "deadline", ...facts };
    case "BOOT_FAIL":
      return { kind: "boot-failure", ...facts };
  }
}

function factsOf({ evidence, started, startedAtSeconds, endedAtSeconds, elapsedSeconds, restarts, nodes, derivedExitCode }: EndedRecord): OutcomeFacts {
  // Accounting says 0:0 of what never ran, too.
  const derived = derivedExitCode === undefined || !started ? undefined : parseExitCode(derivedExitCode);
  return { evidence, started, startedAtSeconds: started ? startedAtSeconds : undefined, endedAtSeconds, elapsedSeconds, restarts, nodes, highestStepExit: derived && explainExit(derived) };
}

const wasNotLaunched = ({ started, evidence }: EndedRecord): boolean => !started && explainReason(evidence.reason)?.kind === "failure";

function failed({ evidence, exitCodeUncertain }: EndedRecord, facts: OutcomeFacts): Outcome {
  const code = parseExitCode(evidence.rawExitCode ?? "");
  const meaning = code && explainExit(code);
  const none = { kind: "failed", exitCode: undefined, signal: undefined, exitCodeUncertain, ...facts } as const;
  switch (meaning?.kind) {
    case "exit-code":
      return { ...none, cause: "exit-code", exitCode: meaning.exitCode };
    case "signal":
      return { ...none, cause: "signal", signal: meaning.signal };
    case "output-file":
      return { ...none, cause: "output-file", exitCodeUncertain: false };
    default:
      return { ...none, cause: "unknown", exitCode: meaning?.kind === "success" ? 0 : undefined };
  }
}

/** Without a user it was Slurm, if accounting says so: the controller never names one. */
function cancelled({ evidence, started, users }: EndedRecord, facts: OutcomeFacts): Outcome {
  const byUid = cancelledBy(evidence.rawState ?? "");
  const dependency = explainReason(evidence.reason)?.kind === "dependency";
  if (!started && byUid === undefined && (dependency || evidence.source === "accounting")) {
    return { kind: "never-started", cause: dependency ? "dependency" : "unknown", ...facts };
  }
  return { kind: "cancelled", byUid, byUser: byUid === undefined ? undefined : users.get(byUid), ...facts };
}

/** Neither the queue nor accounting knows the job. */
export function lostOutcome(why: string, { observedAtSeconds, restarts, rawState }: { readonly observedAtSeconds: number; readonly restarts: number; readonly rawState?: string | undefined }): Outcome {
  const evidence = { source: rawState === undefined ? "none" : "accounting", rawState, rawExitCode: undefined, reason: undefined, observedAtSeconds } as const;
  return { kind: "lost", why, evidence, started: undefined, startedAtSeconds: undefined, endedAtSeconds: undefined, elapsedSeconds: undefined, restarts, highestStepExit: undefined };
}

/** The final state that an outcome's evidence shows, for events. */
export const stateOfOutcome = (outcome: Outcome): ReturnType<typeof parseState> => parseState(outcome.evidence.rawState ?? "");
