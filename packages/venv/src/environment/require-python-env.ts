import { OptionsError } from "@hpckit/core";
import type { PythonEnv } from "./python-env.js";

/** Fields that pythonEnv fills in, and that nobody writes in full by hand. */
const lists = ["requirements", "constraints", "projects", "layers", "extraIndexes", "onlyBinary", "verify"] as const satisfies readonly (keyof PythonEnv)[];

/**
 * Refuses what pythonEnv did not make, before anything happens: its input, for instance, or a transport in its place.
 * @param subject - the function that was called, for the message.
 * @throws OptionsError that names the argument.
 */
export function requirePythonEnv(given: unknown, subject: string): asserts given is PythonEnv {
  if (typeof given === "object" && given !== null && lists.every((name) => Array.isArray((given as Partial<PythonEnv>)[name]))) return;
  throw new OptionsError(subject, [{ path: "env", message: "a Python environment as pythonEnv({ root, requirements, … }) makes it" }]);
}
