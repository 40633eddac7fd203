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
  /** How long the job ran, in seconds; undefined where Slurm did not say. */
  readonly elapsedSeconds: number | undefined;
  /** Of an array job: what became of each task. */
  readonly tasks?: readonly TaskOutcome[] | undefined;
}

/** The end of one task of an array job. */
export type TaskOutcome = Outcome & { readonly task: number };

/**
 * How a job ended. Nothing unknown is ever `completed`. Of an array job: `completed` if every task is, else the end of
 * its first task that is not.
 */
export type Outcome =
  | ({ readonly kind: "completed" } & OutcomeFacts)
  /** The script ended with a status other than 0, or by a signal. `exitCodeUncertain`: from sacct before 25.11, and may be 128 more. */
  | ({ readonly kind: "failed"; readonly exitCode: number | undefined; readonly signal: string | undefined; readonly exitCodeUncertain: boolean } & OutcomeFacts)
  /** The time limit passed. */
  | ({ readonly kind: "timeout" } & OutcomeFacts)
  | ({ readonly kind: "out-of-memory" } & OutcomeFacts)
  /** By whom, where Slurm says. */
  | ({ readonly kind: "cancelled"; readonly byUid: number | undefined } & OutcomeFacts)
  /** Made room for another job, and does not come back. */
  | ({ readonly kind: "preempted" } & OutcomeFacts)
  /** A node died, and the job does not come back. */
  | ({ readonly kind: "node-failure" } & OutcomeFacts)
  /** Could not have ended before its deadline. */
  | ({ readonly kind: "deadline" } & OutcomeFacts)
  | ({ readonly kind: "boot-failure" } & OutcomeFacts)
  /** Neither the controller nor accounting knows how it ended: perhaps well, perhaps not, perhaps never begun. */
  | ({ readonly kind: "lost"; readonly why: string } & OutcomeFacts);

export type OutcomeKind = Outcome["kind"];
