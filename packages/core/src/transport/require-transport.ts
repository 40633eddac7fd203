import { OptionsError } from "../error/errors.js";
import { kindWords } from "../option/issue-words.js";
import type { Transport } from "./transport.js";

/**
 * Refuses what is no transport, before anything happens: programs in plain JavaScript swap arguments, or forget to await a connection.
 * @param subject - the function that was called, for the message.
 * @param name - the argument, as the function calls it.
 * @throws {@link OptionsError} that names the argument.
 */
export function requireTransport(given: unknown, subject: string, name = "on"): asserts given is Transport {
  if (isTransport(given)) return;
  const next = given instanceof Promise ? "a promise: await it" : kindWords(given);
  throw new OptionsError(subject, [{ path: name, message: `a Transport, as connectSsh and connectLocal give it, not ${next}` }]);
}

/** Transports are told by what they do: they come of several implementations, and of several installs. */
const isTransport = (given: unknown): given is Transport =>
  typeof given === "object" && given !== null && "exec" in given && typeof given.exec === "function" && "stream" in given && typeof given.stream === "function";
