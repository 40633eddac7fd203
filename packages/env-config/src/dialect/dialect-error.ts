import { OptionsError, type OptionsIssue } from "@hpckit/core";

/** A variable that cannot be written; `path` is its name. */
export interface RefusedVariable extends OptionsIssue {
  readonly reason: string;
  readonly nextStep: string;
}

/** Variables that a reader would change or drop. Every one is listed; nothing was rendered. No value is shown. */
export class DialectError extends OptionsError {
  static {
    this.prototype.name = "DialectError";
  }

  declare readonly issues: readonly RefusedVariable[];

  /** @param title - what was to be written, e.g. `a crontab`. */
  constructor(title: string, issues: readonly RefusedVariable[]) {
    super(`variables of ${title}`, issues);
  }
}
