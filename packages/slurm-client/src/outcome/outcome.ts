import type { ExitMeaning } from "./exit-code.js";

/** What an outcome rests on. */
export interface OutcomeEvidence {
  /**
   * - `accounting`: sacct;
   * - `controller`: what squeue still showed of the job (without slurmdbd, or while that lags);
   * - `none`: both answered, and neither knew the job.
   */
  readonly source: "accounting" | "controller" | "none";
  /** The state as Slurm wrote it, e.g. `CANCELLED by 2001`. */
  readonly rawState: string | undefined;
  /** As Slurm wrote it, e.g. `3:0`. */
  readonly rawExitCode: string | undefined;
  /** Slurm's reason, e.g. `NonZeroExitCode`. */
  readonly reason: string | undefined;
  /** Seconds since the epoch, by this machine's clock. */
  readonly observedAtSeconds: number;
}

/** What every outcome says. */
export interface OutcomeFacts {
  readonly evidence: OutcomeEvidence;
  /** Whether it ever began to run; undefined where nobody knows. */
  readonly started: boolean | undefined;
  /** Seconds since the epoch, by the cluster's clock, of its last run. */
  readonly startedAtSeconds: number | undefined;
  readonly endedAtSeconds: number | undefined;
  /** How long it ran, in seconds, the last time; undefined where Slurm did not say. */
  readonly elapsedSeconds: number | undefined;
  /** How often it was queued again, as far as that was seen. */
  readonly restarts: number;
  /** Nodes of its last run in Slurm's short form, e.g. `c[1-3]`; of an array or heterogeneous job each part has its own. */
  readonly nodes?: string | undefined;
  /** The highest exit code of its steps, where it ran and accounting has it: a job can be `completed` although a step failed (DerivedExitCode). */
  readonly highestStepExit: ExitMeaning | undefined;
  /** Of an array job: what became of each task. */
  readonly tasks?: readonly TaskOutcome[] | undefined;
  /** Of a heterogeneous job: what became of each component. */
  readonly components?: readonly ComponentOutcome[] | undefined;
}

/** The end of one task of an array job. */
export type TaskOutcome = Outcome & { readonly task: number };

/** The end of one component of a heterogeneous job, counted from 0. */
export type ComponentOutcome = Outcome & { readonly component: number };

/**
 * How a job ended. Nothing unknown is ever `completed`. Of an array or heterogeneous job: `completed` if every task or component
 * is, else the end of the first that is not.
 */
export type Outcome =
  | ({ readonly kind: "completed" } & OutcomeFacts)
  /**
   * The script ended with a status other than 0 or by a signal, or never ran because its output could not be opened.
   * `exitCodeUncertain`: from sacct before 25.11, and may be 128 more.
   */
  | ({
      readonly kind: "failed";
      readonly cause: "exit-code" | "signal" | "output-file" | "unknown";
      readonly exitCode: number | undefined;
      readonly signal: string | undefined;
      readonly exitCodeUncertain: boolean;
    } & OutcomeFacts)
  /** The time limit passed. */
  | ({ readonly kind: "timeout" } & OutcomeFacts)
  | ({ readonly kind: "out-of-memory" } & OutcomeFacts)
  /** By whom, where Slurm says: accounting does, the controller does not. `started` is false for a job that waited. */
  | ({ readonly kind: "cancelled"; readonly byUid: number | undefined; readonly byUser: string | undefined } & OutcomeFacts)
  /** Slurm gave it up before it began. That somebody cancelled it while it waited is `cancelled`. */
  | ({ readonly kind: "never-started"; readonly cause: "dependency" | "launch" | "node" | "unknown" } & OutcomeFacts)
  /** Made room for another job, and does not come back. */
  | ({ readonly kind: "preempted" } & OutcomeFacts)
  /** A node died, and the job does not come back. */
  | ({ readonly kind: "node-failure" } & OutcomeFacts)
  /** Could not have ended before its deadline. `started` says whether it began. */
  | ({ readonly kind: "deadline" } & OutcomeFacts)
  | ({ readonly kind: "boot-failure" } & OutcomeFacts)
  /** Neither the controller nor accounting knows how it ended: perhaps well, perhaps not, perhaps never begun. */
  | ({ readonly kind: "lost"; readonly why: string } & OutcomeFacts);

export type OutcomeKind = Outcome["kind"];
