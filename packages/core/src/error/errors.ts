import { excerptOf } from "../text/excerpt.js";
import { HpckitError, type ErrorOptions } from "./hpckit-error.js";

/** One thing that is wrong with what a caller gave. */
export interface OptionsIssue {
  /** Where, e.g. `resources.memory`. */
  readonly path: string;
  readonly message: string;
}

/** So much of it a message shows. */
const mostShownIssues = 10;

/** Input was refused before anything happened. All that is wrong with it is listed in `issues`; the message shows the first ten. */
export class OptionsError extends HpckitError {
  static {
    this.prototype.name = "OptionsError";
  }

  readonly issues: readonly OptionsIssue[];

  /**
   * @param subject - what was given, e.g. `job spec`.
   * @param options - `layout`: all in one line (default), or several in a line each, behind one that counts them.
   */
  constructor(subject: string, issues: readonly OptionsIssue[], { layout = "line", ...options }: ErrorOptions & { readonly layout?: "line" | "list" | undefined } = {}) {
    const listed = issues.slice(0, mostShownIssues).map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    const more = issues.length > listed.length ? [`and ${issues.length - listed.length} more`] : [];
    const told = layout === "list" && issues.length > 1 ? [`${issues.length} faults`, ...listed, ...more].join("\n  ") : [...listed, ...more].join("; ");
    super("options-invalid", `${subject}: ${told}`, { ...options, detail: { issues, ...options.detail } });
    this.issues = issues;
  }
}

/** The caller's own signal ended the call. */
export class AbortedError extends HpckitError {
  static {
    this.prototype.name = "AbortedError";
  }

  constructor(message: string, options: ErrorOptions = {}) {
    super("aborted", message, options);
  }
}

/** A time limit of the caller's passed. What was running has been ended. */
export class TimeoutError extends HpckitError {
  static {
    this.prototype.name = "TimeoutError";
  }

  constructor(message: string, options: ErrorOptions = {}) {
    super("timeout", message, options);
  }
}

/** A path is outside of where the caller may act, or is not what it claims to be. Nothing was touched. */
export class PathRefusedError extends HpckitError {
  static {
    this.prototype.name = "PathRefusedError";
  }

  constructor(message: string, options: ErrorOptions = {}) {
    super("path-refused", message, options);
  }
}

/** A program answered in a way that cannot be read; nothing was guessed from it. */
export class OutputUnreadableError extends HpckitError {
  static {
    this.prototype.name = "OutputUnreadableError";
  }

  /** @param command - the program that printed it. */
  constructor(command: string, found: string, excerpt: string, options: ErrorOptions = {}) {
    super("output-unreadable", `${command}: ${found}, near ${JSON.stringify(excerptOf(excerpt, 120))}`, {
      ...options,
      detail: { command, excerpt: excerptOf(excerpt, 2000), ...options.detail },
    });
  }
}
