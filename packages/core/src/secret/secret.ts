/** What stands in the place of a secret. */
export const shownSecret = "[secret]";

/**
 * A value that must not be seen: it prints, serialises and inspects as `[secret]`.
 * Renderers never put it into a script, an argument or a message; it travels by a file of mode 0600 or by the environment.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it as late as possible, and never in a message. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shownSecret;
  }

  toJSON(): string {
    return shownSecret;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return shownSecret;
  }
}

export const secret = (value: string): Secret => new Secret(value);
