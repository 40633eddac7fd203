import type { Cancellable } from "@hpckit/core";
import { z } from "zod";
import { plainHost, plainUser, plainValue } from "../ssh/config/plain-value.js";
import { sshConfigSchema, type SshConfig } from "../ssh/config/ssh-config.js";
import { connectionShape, type ConnectionOptions } from "../reconnect/connection-options.js";

/** What {@link connectSystemSsh} accepts. Whatever is left out comes from ssh's own configuration. */
export interface SystemSshOptions extends ConnectionOptions, Cancellable {
  /** Name, address, or an alias of ssh's configuration (`Host`). */
  readonly host: string;
  /** The account over there; by default what the configuration says, or else the name of this account. */
  readonly user?: string | undefined;
  /** By default what the configuration says, or else 22. */
  readonly port?: number | undefined;
  /** Which configuration ssh reads (`-F`); by default the user's. It holds for jump hosts, too. */
  readonly config?: SshConfig | undefined;
  /**
   * Further settings by their names in ssh_config(5), written as there, e.g. `{ IdentityFile: "~/.ssh/id_work" }` (`-o`). They win over
   * the configuration. What the transport itself stands on cannot be set.
   */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** What the transport sets itself, and what would have no effect on its sessions; in lower case. */
const reserved: ReadonlySet<string> = new Set([
  ...["batchmode", "clearallforwardings", "controlmaster", "controlpath", "controlpersist", "dynamicforward", "escapechar", "forkafterauthentication"],
  ...["forwardagent", "forwardx11", "host", "ignoreunknown", "include", "localforward", "loglevel", "match", "port", "remotecommand", "remoteforward"],
  ...["requesttty", "sendenv", "sessiontype", "setenv", "stdinnull", "stricthostkeychecking", "tunnel", "user"],
]);

const settings = z.record(z.string(), plainValue).superRefine((given, context) => {
  for (const name of Object.keys(given)) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) context.addIssue({ code: "custom", path: [name], message: "not a name of an ssh_config setting" });
    else if (reserved.has(name.toLowerCase())) context.addIssue({ code: "custom", path: [name], message: "connectSystemSsh sets this itself, or has no use for it" });
  }
});

export const systemSshOptionsSchema: z.ZodType<SystemSshOptions> = z.strictObject({
  host: plainHost,
  user: plainUser.optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  config: sshConfigSchema.optional(),
  options: settings.optional(),
  ...connectionShape,
});

const neverAsks = "ssh is started so that it asks nothing; a key, an agent, Kerberos or a certificate signs in here, and connectSsh takes an answer";

/** What people look for who come from connectSsh. */
export const insteadOf: Readonly<Record<string, string>> = {
  password: neverAsks,
  answer: neverAsks,
  privateKey: 'ssh reads it: options: { IdentityFile: "…" }',
  agent: 'ssh asks it: options: { IdentityAgent: "…" }',
  knownHosts: 'ssh reads them: options: { UserKnownHostsFile: "…" }',
  jump: 'ssh goes that way: options: { ProxyJump: "…" }',
};

/** Where a connection through the master may lead: what `ssh -W` and `-L` read as it is meant, with nothing to expand. */
export const forwardableHost = /^(?!-)[\w.:%-]+$/;
export const forwardablePath = /^\/[^\p{Cc}%$:\\[\]]*$/u;
