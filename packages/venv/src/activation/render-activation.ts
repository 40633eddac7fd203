import { parseOptions } from "@hpckit/core";
import { z } from "zod";
import { activation, type Activation } from "./activation.js";
import { renderCshActivation } from "./csh-activation.js";
import { renderFishActivation } from "./fish-activation.js";
import { renderShActivation } from "./sh-activation.js";

/** `sh` is read by sh, dash, bash, ksh and zsh; `csh` by csh and tcsh. */
export type ActivationShell = "sh" | "csh" | "fish";

export const shellSchema: z.ZodType<ActivationShell, ActivationShell> = z.enum(["sh", "csh", "fish"]);
const optionsSchema: z.ZodType<{ readonly shell: ActivationShell }> = z.strictObject({ shell: shellSchema });

/**
 * A script that people source at login: `. FILE`, in csh and fish `source FILE`.
 *
 * Guarantees: sourcing it twice changes nothing. The prompt is left alone. A link is followed when the script is sourced, and what is
 * active is the folder behind it, so that a switch changes no session that is under way; sourcing again follows it anew. `deactivate`
 * takes away what was added and leaves what was added since; it gives back what was set before (a PYTHONPATH that was empty comes back unset).
 * All this holds in shells that were started from an active one too, of whatever kind. Where no environment is, nothing is changed, and
 * the script ends with status 1.
 * @throws OptionsError for what is no activation, or no shell of these.
 */
export function renderActivation(given: Activation, options: { readonly shell: ActivationShell }): string {
  const active = activation(given);
  const { shell } = parseOptions(optionsSchema, options, "renderActivation");
  switch (shell) {
    case "sh":
      return `${heading(active, ".")}${renderShActivation(active).shell}\n`;
    case "csh":
      return heading(active, "source") + renderCshActivation(active);
    case "fish":
      return heading(active, "source") + renderFishActivation(active);
  }
}

/** The folder holds no line break, see `environmentPath`. */
const heading = ({ folder }: Activation, verb: string): string => `# The Python environment ${folder}, to be sourced: ${verb} FILE. To leave it: deactivate.\n`;
