import { OptionsError } from "@hpckit/core";

/** Nothing was brought anywhere. @param option - of the environment, e.g. `requirements`. */
export const inputRefused = (option: string, message: string, cause?: unknown): OptionsError =>
  new OptionsError("python environment", [{ path: option, message }], { cause });

/** Reads something of this machine. @throws OptionsError that names the option and the path. */
export async function reading<Value>(option: string, path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw inputRefused(option, `${path} of this machine cannot be read (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
}
