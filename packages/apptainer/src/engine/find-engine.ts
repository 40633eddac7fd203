import { cancellableShape, parseOptions, requireTransport, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { parseEngineVersion, type EngineVersion } from "./engine-version.js";
import { parseProbe, probeEngine } from "./probe-script.js";
import { programSchema } from "./program.js";

export interface Engine {
  readonly kind: "found";
  readonly program: string;
  readonly version: EngineVersion;
}

export type EngineLookup = Engine | { readonly kind: "not-found"; readonly program: string };

export interface FindEngineOptions extends Cancellable {
  /** A name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
}

const optionsSchema: z.ZodType<FindEngineOptions, FindEngineOptions> = z.strictObject({
  program: programSchema,
  ...cancellableShape,
});

/**
 * Looks for the container engine of a machine. One round trip. What the machine lacks is told by `doctor`.
 * @throws OutputUnreadableError if what answers is no container engine.
 */
export async function findEngine(on: Transport, options: FindEngineOptions = {}): Promise<EngineLookup> {
  requireTransport(on, "findEngine");
  const { program = "apptainer", signal } = parseOptions(optionsSchema, options, "findEngine");
  const { stdout } = await on.exec(["sh", "-c", probeEngine(program).shell], { signal, check: true });
  const printed = parseProbe(stdout).first("version") ?? "-";
  return printed === "-" ? { kind: "not-found", program } : { kind: "found", program, version: parseEngineVersion(printed) };
}
