/** Shared by every copy of this package in a program, so that an error of another copy is still recognised. */
const kinds = Symbol.for("@hpckit/error-kinds");

export interface ErrorOptions {
  /** What a program may want to know beyond the message; never a secret. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  readonly retryable?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * The base of every error that hpckit throws. The message says what happened, where, and what to do next.
 *
 * `instanceof` works across duplicate installs: classes are matched by name, behind a brand of our own.
 */
export class HpckitError extends Error {
  static {
    this.prototype.name = "HpckitError";
  }

  /** Stable and machine-readable, e.g. `connection-lost`. */
  readonly code: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Whether the same call may succeed later with nothing changed. */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail ?? {};
    this.retryable = options.retryable ?? false;
  }

  /** What a log keeps of it: the message, too, which `JSON.stringify` leaves out of an error. A secret in `detail` stays `[secret]`. */
  toJSON(): { readonly name: string; readonly code: string; readonly message: string; readonly retryable: boolean; readonly detail: Readonly<Record<string, unknown>> } {
    const { name, code, message, retryable, detail } = this;
    return { name, code, message, retryable, detail };
  }

  /** Names of this error's classes, most special first. */
  get [kinds](): readonly string[] {
    const names: string[] = [];
    for (let prototype: unknown = Object.getPrototypeOf(this); prototype instanceof Object; prototype = Object.getPrototypeOf(prototype)) {
      if (Object.hasOwn(prototype, "name")) names.push((prototype as Error).name);
      if (prototype === HpckitError.prototype) break;
    }
    return names;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const names = value instanceof Object ? (value as { [kinds]?: readonly string[] })[kinds] : undefined;
    return names?.includes(this.prototype.name) ?? false;
  }
}
