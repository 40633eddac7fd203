import type { Word } from "@hpckit/core";
import { wordSchema } from "@hpckit/core";
import { z } from "zod";
import { listFlag, onFlag, type FlagRules } from "../../engine/flags/flag-rule.js";
import { variableNameSchema } from "../../variable/variable-name-schema.js";

/** What a container takes over from the host's environment, beside what inner layers set. */
export interface EnvironmentOptions {
  /** Start with none of the host's variables. Those that inner layers set still arrive. */
  readonly cleanEnv?: boolean | undefined;
  /** Variables of the host that stay outside (Apptainer 1.5). With `cleanEnv` all do. */
  readonly block?: readonly string[] | undefined;
  /**
   * Files of variables, the last one wins; each is run as shell on the host, so only a file that you trust and that was
   * rendered for it. Several since Apptainer 1.4.
   */
  readonly envFiles?: readonly Word[] | undefined;
}

export const environmentShape = {
  cleanEnv: z.boolean().optional(),
  block: z.array(variableNameSchema).optional(),
  envFiles: z.array(wordSchema).optional(),
};

export const environmentRules: FlagRules<EnvironmentOptions> = { cleanEnv: onFlag("cleanenv"), block: listFlag("no-env"), envFiles: listFlag("env-file") };
