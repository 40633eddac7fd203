/** What was found of one field of a profile, e.g. `slurm.version`, and where it is from. */
export interface SiteFact {
  readonly kind: "known";
  readonly field: string;
  readonly value: unknown;
  /** Where it is from, in a few words. */
  readonly from: string;
}

/** A field that nothing over there tells for sure. */
export interface SiteQuestion {
  readonly kind: "unknown";
  readonly field: string;
  /** What a person has to find out, and what was seen that may help. */
  readonly question: string;
}

/** What a probe says of one field. Nothing is ever guessed: what is likely is a hint within a question. */
export type SiteFinding = SiteFact | SiteQuestion;

export const known = (field: string, value: unknown, from: string): SiteFact => ({ kind: "known", field, value, from });
export const unknown = (field: string, question: string): SiteQuestion => ({ kind: "unknown", field, question });
