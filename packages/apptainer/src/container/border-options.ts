import type { Dialect } from "@hpckit/core";
import { z } from "zod";
import { engineShape, type EngineOptions } from "../engine/engine-options.js";
import { engineProfileSchema, type EngineProfile } from "../engine/engine-profile.js";
import { parseEngineVersion, type EngineVersion } from "../engine/engine-version.js";
import { passedSchema, type PassedVariable } from "../variable/passed-variables.js";
import { variableNameSchema } from "../variable/variable-name-schema.js";

/** How a command crosses into a container, whether it is started for it or runs already. */
export interface BorderOptions extends EngineOptions {
  /** `run` starts the image's own program and gives it the command as arguments (default: `exec`, the command itself). */
  readonly verb?: "exec" | "run" | undefined;
  /** Variables of the host that come in under `cleanEnv`, e.g. `SLURM_JOB_ID`, `SLURM_*`; one that is not set there stays unset. */
  readonly pass?: readonly PassedVariable[] | undefined;
  /** Shells that the image has (default: `sh`). Steps in another dialect are refused. */
  readonly dialects?: readonly Dialect[] | undefined;
  /** Variables of the engine, e.g. `APPTAINER_BINDPATH`, that stay as they are on the host; the others are taken away. */
  readonly keepEngineVariables?: readonly string[] | undefined;
  /** The engine that will run it, if it is known: an option that needs a flag which it does not have is refused. */
  readonly engine?: EngineVersion | undefined;
  /**
   * What a profile says of the site's engine, `site: profile.engine`: its program and version hold where nothing else is said, and what it
   * binds is mounted in every container that is started, instead of what the engine's configuration may bind at the same place.
   */
  readonly site?: EngineProfile | undefined;
}

export interface BorderSettings extends EngineOptions {
  readonly verb: "exec" | "run";
  readonly pass: readonly PassedVariable[];
  readonly dialects: readonly Dialect[];
  readonly keepEngineVariables: readonly string[];
  readonly program: string;
  readonly engine?: EngineVersion | undefined;
  readonly site?: EngineProfile | undefined;
}

const engine: z.ZodType<EngineVersion, EngineVersion> = z.strictObject({
  flavour: z.enum(["apptainer", "singularity-ce", "singularity"]),
  major: z.int(),
  minor: z.int(),
  patch: z.int(),
  text: z.string(),
});

export const borderShape = {
  ...engineShape,
  verb: z.enum(["exec", "run"]).optional(),
  pass: z.array(passedSchema).optional(),
  dialects: z.array(z.enum(["sh", "bash"])).optional(),
  keepEngineVariables: z.array(variableNameSchema).optional(),
  engine: engine.optional(),
  site: engineProfileSchema.optional(),
};

/** What is meant where nothing was said. */
export const borderSettings = (given: BorderOptions): Omit<BorderSettings, keyof EngineOptions> & { readonly program: string } => ({
  verb: given.verb ?? "exec",
  pass: given.pass ?? [],
  dialects: given.dialects ?? ["sh"],
  keepEngineVariables: given.keepEngineVariables ?? [],
  program: given.program ?? given.site?.program ?? "apptainer",
  engine: given.engine ?? (given.site?.version === undefined ? undefined : parseEngineVersion(given.site.version)),
});
