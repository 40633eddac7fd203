import { issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";

/** Why a value could not be made: said once, where the fault is. */
export class Unresolved extends Error {
  readonly issue: ConfigIssue | undefined;
  constructor(issue?: ConfigIssue) {
    super();
    this.issue = issue;
  }
}

/** Said of a value that would not be hidden. */
export const takesInSecret = "takes in a secret, which it would show; make it a secretValue()";

/** What a value is made from. */
export interface ExpansionContext {
  /** The value of another variable. @throws Unresolved */
  lookup(name: string): unknown;
  /** Name of the variable whose value is made. */
  readonly name: string;
  readonly origin: Origin;
}

export const unresolved = ({ name, origin }: Omit<ExpansionContext, "lookup">, message: string): Unresolved => new Unresolved(issueAt(name, message, origin));
