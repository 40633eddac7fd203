/**
 * - `error`: what was asked about cannot work as things are.
 * - `warning`: it works, but slowly, not everywhere, or not for long.
 * - `note`: worth knowing; it may be right as it is.
 */
export type FindingSeverity = "error" | "warning" | "note";

/** What a doctor found, before a job fails of it in the queue. */
export interface Finding<Code extends string = string> {
  /** The field's word for it, e.g. `no-user-namespaces`. */
  readonly code: Code;
  readonly severity: FindingSeverity;
  /** What it does to launches, in a sentence. */
  readonly cause: string;
  /** The fact as it was seen over there: a value, a path, a version. */
  readonly observed: string;
  /** Exactly what mends it: a command, a setting, an option. */
  readonly fix: string;
}
