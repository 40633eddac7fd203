import type { Cancellable } from "@hpckit/core";
import { z } from "zod";
import { observeShape, type ObserveOptions } from "../observe/observe-options.js";

/** What {@link connectSystemSsh} accepts. Whatever is left out comes from ssh's own configuration. */
export interface SystemSshOptions extends ObserveOptions, Cancellable {
  /** Name, address, or an alias of ssh's configuration (`Host`). */
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Read in place of `~/.ssh/config` and `/etc/ssh/ssh_config` (`-F`); `none` for no configuration at all. */
  readonly configFile?: string | undefined;
  /**
   * Further settings by their names in ssh_config(5), written as there, e.g. `{ IdentityFile: "~/.ssh/id_work" }` (`-o`). They win over
   * the configuration. What the transport itself stands on cannot be set.
   */
  readonly options?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds for the connection, the check of the host and the sign-in together; by default 20,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How many commands run at a time, the others wait; by default 4. Servers allow ten as a rule, and free a place late. */
  readonly maxChannels?: number | undefined;
}

/** What the transport sets itself, and what would have no effect on its sessions; in lower case. */
const reserved: ReadonlySet<string> = new Set([
  ...["batchmode", "clearallforwardings", "controlmaster", "controlpath", "controlpersist", "dynamicforward", "escapechar", "forkafterauthentication"],
  ...["forwardagent", "forwardx11", "host", "ignoreunknown", "include", "localforward", "loglevel", "match", "port", "remotecommand", "remoteforward"],
  ...["requesttty", "sendenv", "sessiontype", "setenv", "stdinnull", "stricthostkeychecking", "tunnel", "user"],
]);

/** Such a value would be read as an option of ssh, and could name a program to run. */
const noHyphen = "cannot begin with a hyphen: ssh would take it for an option";
const value = z
  .string()
  .min(1)
  .regex(/^(?!-)/, noHyphen)
  .regex(/^\P{Cc}*$/u, "cannot hold control characters");

/** Names reach shells (`ProxyCommand`, `Match exec`) as `%h`, `%n` and `%r`: nothing that a shell could read is let through. */
const host = value.regex(/^[\w.:%+-]+$/, "not a name, an address or an alias of a host; give user and port by themselves");
const user = value.regex(/^[\w.@+-]+$/, "not a name of a user");

const settings = z.record(z.string(), value).superRefine((given, context) => {
  for (const name of Object.keys(given)) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) context.addIssue({ code: "custom", path: [name], message: "not a name of an ssh_config setting" });
    else if (reserved.has(name.toLowerCase())) context.addIssue({ code: "custom", path: [name], message: "connectSystemSsh sets this itself, or has no use for it" });
  }
});

export const systemSshOptionsSchema: z.ZodType<SystemSshOptions> = z.strictObject({
  host,
  user: user.optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  configFile: value.optional(),
  options: settings.optional(),
  connectTimeoutMs: z.number().int().positive().optional(),
  maxChannels: z.number().int().positive().optional(),
  ...observeShape,
  signal: z.instanceof(AbortSignal).optional(),
});

/** Where a connection through the master may lead: what `ssh -W` and `-L` read as it is meant, with nothing to expand. */
export const forwardableHost = /^(?!-)[\w.:%-]+$/;
export const forwardablePath = /^\/[^\p{Cc}%$:\\[\]]*$/u;
