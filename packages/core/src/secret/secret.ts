const shown = "[secret]";

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
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return shown;
  }
}

export const secret = (value: string): Secret => new Secret(value);

/** Replaces every secret's value in a text, so that a command's own output cannot carry it into an error or a log. */
export function redact(text: string, secrets: readonly Secret[]): string {
  return secrets
    .map((each) => each.reveal())
    .filter((value) => value !== "")
    .sort((one, other) => other.length - one.length) // a secret that holds another is replaced whole
    .reduce((redacted, value) => redacted.replaceAll(value, shown), text);
}
