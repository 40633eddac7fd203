import { z } from "zod";
import { parseEngineVersion } from "./engine-version.js";
import { programSchema } from "./program.js";

/** A file or folder of the host that containers of a site see. */
export interface ProfileBind {
  readonly source: string;
  /** By default the same path. */
  readonly destination?: string | undefined;
  readonly readOnly?: boolean | undefined;
}

/** What is known of a site's engine: `engine` of a site profile of `@hpckit/env-config` has this shape. */
export interface EngineProfile {
  /** For what names no `program`. */
  readonly program?: string | undefined;
  /** As `--version` says it. For what names no `engine`, and does not ask for its version. */
  readonly version?: string | undefined;
  /** What the site's configuration binds, and what its libraries need beyond that. */
  readonly binds?: readonly ProfileBind[] | undefined;
}

const path = z.string().startsWith("/", { error: "an absolute path" });

export const engineProfileSchema: z.ZodType<EngineProfile, EngineProfile> = z.strictObject({
  program: programSchema,
  version: z.string().refine(isVersion, { error: "as the engine's --version says it: apptainer version 1.4.5" }).optional(),
  binds: z.array(z.strictObject({ source: path, destination: path.optional(), readOnly: z.boolean().optional() })).optional(),
});

function isVersion(text: string): boolean {
  try {
    return parseEngineVersion(text).text !== "";
  } catch {
    return false;
  }
}
