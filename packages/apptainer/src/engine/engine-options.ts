import { z } from "zod";
import { programSchema } from "./program.js";
import { choiceFlag, offFlag, textFlag, type FlagRules } from "./flags/flag-rule.js";

/** The engine itself, whatever it does. */
export interface EngineOptions {
  /** A name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
  /** How much it says on standard error; by default warnings and what it does. `debug` shows variables, secrets too. */
  readonly messages?: "quiet" | "silent" | "verbose" | "debug" | undefined;
  /** Another apptainer.conf; only root, or an engine that is not installed setuid. */
  readonly configFile?: string | undefined;
  /** `false` leaves the colours out. */
  readonly color?: boolean | undefined;
}

export const engineShape = {
  program: programSchema,
  messages: z.enum(["quiet", "silent", "verbose", "debug"]).optional(),
  configFile: z.string().startsWith("/").optional(),
  color: z.boolean().optional(),
};

/** These stand before the verb; behind it they would mean something else, or nothing. */
export const engineRules: FlagRules<Omit<EngineOptions, "program">> = {
  messages: choiceFlag({ quiet: "quiet", silent: "silent", verbose: "verbose", debug: "debug" }),
  configFile: textFlag("config"),
  color: offFlag("nocolor"),
};
