import { OptionsError } from "@hpckit/core";
import { withHome } from "../home.js";

/**
 * Expands what `ssh -G` prints as it was written: `~/`, `%h` and the like, and `${NAME}` of the environment.
 * @see ssh_config(5), TOKENS
 */
export function expandTokens(text: string, tokens: Readonly<Record<string, string>>, environment: Readonly<Record<string, string | undefined>>): string {
  return withHome(text).replaceAll(/%(.?)|\$\{([^}]*)\}/gs, (found, token: string | undefined, name: string | undefined) => {
    const value = name === undefined ? tokens[token ?? ""] : environment[name];
    if (value === undefined) throw new OptionsError("ssh's configuration", [{ path: "", message: `${text}: nothing is known for ${found}` }]);
    return value;
  });
}
