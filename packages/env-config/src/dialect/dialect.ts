/** Why a reader would not hand a variable on as it is, and what to do instead. Neither shows any of the value. */
export interface Refusal {
  readonly reason: string;
  readonly nextStep: string;
}

/** How one kind of reader is written for. */
export interface Dialect {
  /** What is written, for messages: `a crontab`. */
  readonly title: string;
  /** Why a secret must not stand there, where it must not. */
  readonly secrets?: Refusal | undefined;
  /** Why the reader would change, drop or choke on a variable. Names and values are what a process can receive. */
  refuse(name: string, value: string): Refusal | undefined;
  /** One variable, as the reader takes it. */
  write(name: string, value: string): string;
  /** Between two variables; without it each ends for itself. */
  readonly separator?: string | undefined;
  /** Bytes of all variables together that the reader takes; without it as many as there are. */
  readonly mostBytes?: number | undefined;
}

/** Where a variable goes that this reader cannot carry. */
export const setInLaunch = "set it with the layer variables() of a launch, which carries every value";

/** The refusal of a value in which a pattern is found. */
export const refuseWhere = (value: string, pattern: RegExp, reason: string, nextStep: string): Refusal | undefined => (pattern.test(value) ? { reason, nextStep } : undefined);
