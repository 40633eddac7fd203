import { z } from "zod";

/** Where host keys are looked up: ssh's own files, or one file of the caller's. */
export type KnownHostsSource = "strict" | { readonly file: string };

/** How a host is recognised before anything is said to it. There is no way to accept just any key. */
export interface HostKeyOptions {
  /**
   * `strict` (default): ssh's own files, `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`, or those that `config` names. A host that does
   * not stand there is refused.
   */
  readonly knownHosts?: KnownHostsSource | undefined;
  /** In place of `knownHosts`: the only keys that are accepted, each a fingerprint (`SHA256:…`) or a line as in a `.pub` file. */
  readonly hostKeys?: readonly string[] | undefined;
  /** The name that is looked up in place of the host's own, without a port, e.g. where several hosts share one key. See ssh_config(5), HostKeyAlias. */
  readonly hostKeyAlias?: string | undefined;
}

/** Letters that mean something in known_hosts, or nothing anywhere, are no part of a name. */
export const hostName = z
  .string()
  .min(1)
  .regex(/^[^\s,|*?!@[\]]+$/, "not a name or address of a host; give user and port by themselves")
  .regex(/^[^:]*$|:.*:/, "not a name or address of a host; give the port by itself");

const fingerprint = /^SHA256:[A-Za-z0-9+/]{43}=?$/;
const publicKeyLine = /^[a-z0-9@.-]+ +[A-Za-z0-9+/]+=*(?: .*)?$/;

export const hostKeyShape = {
  knownHosts: z.union([z.literal("strict"), z.strictObject({ file: z.string().min(1) })], { error: 'known hosts are "strict" or { file }' }).optional(),
  hostKeys: z
    .array(z.string().trim().refine((key) => fingerprint.test(key) || publicKeyLine.test(key), "a host key is SHA256:… or a line of a .pub file"))
    .min(1)
    .readonly()
    .optional(),
  hostKeyAlias: hostName.optional(),
};
