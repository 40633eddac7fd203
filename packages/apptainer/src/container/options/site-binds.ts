import { z } from "zod";
import type { FlagRules } from "../../engine/flags/flag-rule.js";

export interface SiteBindOptions {
  /**
   * What a site lets every container see, as `describeBinds` tells it. One with `contain` sees of it /etc/hosts and /etc/localtime alone.
   * - `configured` (default): what the engine's configuration binds;
   * - `inherit`: that, and what variables of the environment bind, `APPTAINER_BIND` and its like;
   * - `none`: neither.
   */
  readonly siteBinds?: "configured" | "inherit" | "none" | undefined;
}

/** Variables that bind or mount in every container. All of them add to the flags; of two names for one, Apptainer's counts (1.4.5). */
export const bindVariables: readonly string[] = ["APPTAINER_BIND", "APPTAINER_BINDPATH", "APPTAINER_MOUNT", "SINGULARITY_BIND", "SINGULARITY_BINDPATH", "SINGULARITY_MOUNT"];

export const siteBindShape = { siteBinds: z.enum(["configured", "inherit", "none"]).optional() };

export const siteBindRules: FlagRules<SiteBindOptions> = {
  siteBinds: { flags: ["no-mount"], write: (which) => (which === "none" ? [{ flag: "no-mount", value: "bind-paths", record: true }] : []) },
};
