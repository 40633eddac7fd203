import { Secret, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { observeShape, type ObserveOptions } from "../observe/observe-options.js";
import type { KnownHostsSource } from "./host-key-check.js";
import type { IdentityOptions } from "./identity.js";

/** What {@link connectSsh} accepts. */
export interface SshOptions extends IdentityOptions, ObserveOptions, Cancellable {
  /** Name or address of the login node. */
  readonly host: string;
  /** By default 22. */
  readonly port?: number | undefined;
  readonly user: string;
  /** `strict`: ssh's own files, `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`. A host that does not stand there is refused. */
  readonly knownHosts: KnownHostsSource;
  /** Milliseconds for the connection, the check of the host and the sign-in together; by default 20,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** How many commands run at a time, the others wait; by default 4. Servers allow ten as a rule, and free a place late. */
  readonly maxChannels?: number | undefined;
}

const filled = z.string().min(1);
const passphrase = z.instanceof(Secret).optional();

export const sshOptionsSchema: z.ZodType<SshOptions> = z.strictObject({
  host: filled.regex(/^[^\s,|*?!@[\]]+$/, "not a name or address of a host"),
  port: z.number().int().min(1).max(65_535).optional(),
  user: filled,
  knownHosts: z.union([z.literal("strict"), z.strictObject({ file: filled })], { error: 'known hosts are "strict" or { file }' }),
  privateKey: z
    .union([z.strictObject({ file: filled, passphrase }), z.strictObject({ key: z.instanceof(Secret), passphrase })], {
      error: "a private key is { file, passphrase? } or { key: Secret, passphrase? }",
    })
    .optional(),
  agent: z.strictObject({ socketPath: filled.optional(), publicKeyFile: filled.optional() }).optional(),
  connectTimeoutMs: z.number().int().positive().optional(),
  maxChannels: z.number().int().positive().optional(),
  ...observeShape,
  signal: z.instanceof(AbortSignal).optional(),
});
