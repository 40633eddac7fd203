/** A version of slurmrestd's API, e.g. `v0.0.42`: of the three numbers only the last has ever changed. */
export interface ApiVersion {
  readonly text: string;
  readonly number: number;
}

/**
 * Versions that the model was compared with, newest first; those between two are like one of them. A Slurm speaks three or four:
 * 22.05 v0.0.36–38, 24.11 v0.0.40–42, 26.05 v0.0.42–45.
 */
export const knownVersions: readonly ApiVersion[] = [45, 44, 43, 42, 41, 40, 39, 38].map((number) => ({ text: `v0.0.${number}`, number }));

/** What is not alike in all versions. */
export interface ApiTraits {
  /** Numbers that may be unset come as `{ set, infinite, number }`, and go so; several values of a parameter are repeated, not separated by commas. */
  readonly wrapped: boolean;
  /** `/jobs/state` tells all tasks of a list that was cut, and `flags` leaves out what a job has on each of its nodes. */
  readonly jobStates: boolean;
  /** Accounting says how a job exited by itself; before, it says SUCCESS and 0 of every such exit. */
  readonly accountingExitCodes: boolean;
}

/** Seen with v0.0.38 (Slurm 22.05.8) and from v0.0.40 on (24.11.5, 26.05.5); v0.0.39, of Slurm 23.02, was only read about. */
export const traitsOf = ({ number }: ApiVersion): ApiTraits => ({ wrapped: number >= 39, jobStates: number >= 40, accountingExitCodes: number >= 40 });
