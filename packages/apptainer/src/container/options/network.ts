import { z } from "zod";
import { joinedFlag, listFlag, textFlag, type FlagRule, type FlagRules } from "../../engine/flags/flag-rule.js";

/** A network of the container's own. By default it uses the host's. */
export type Network =
  | {
      /** `none`, `bridge`, `ptp` or what the site has set up; others than `none` need privileges or `fakeroot`. */
      readonly types: readonly string[];
      /** For the plugins, e.g. `portmap=8080:80/tcp`. */
      readonly arguments?: readonly string[] | undefined;
    }
  | {
      /** An existing one, by its path (1.4). */
      readonly path: string;
    };

export interface NetworkOptions {
  readonly network?: Network | undefined;
  /** Addresses of name servers. */
  readonly dns?: readonly string[] | undefined;
}

const type = z.string().regex(/^[\w.-]+$/, { error: "the name of a network" });

export const networkShape = {
  network: z.union([z.strictObject({ types: z.array(type).min(1), arguments: z.array(z.string()).optional() }), z.strictObject({ path: z.string().startsWith("/") })]).optional(),
  dns: z.array(z.string().regex(/^[0-9A-Fa-f.:]+$/, { error: "the address of a name server" })).optional(),
};

const [types, pluginArguments, path] = [joinedFlag("network"), listFlag("network-args"), textFlag("netns-path")];

const network: FlagRule<Network> = {
  flags: ["net", ...types.flags, ...pluginArguments.flags, ...path.flags],
  write: (value) => ("path" in value ? path.write(value.path) : [{ flag: "net" }, ...types.write(value.types), ...pluginArguments.write(value.arguments ?? [])]),
};

export const networkRules: FlagRules<NetworkOptions> = { network, dns: joinedFlag("dns") };
