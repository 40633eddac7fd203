import type { Transport } from "@hpckit/core";
import { connectSsh, type SshHost, type SshOptions } from "@hpckit/transport";
import type { Sshd } from "../../../tools/sshd/src/index.js";

/** Where a server of tools/sshd is, and how to sign in to it. */
export const loginOf = ({ host, port, user, knownHostsFile, privateKeyFile }: Sshd): SshHost => ({ host, port, user, knownHosts: { file: knownHostsFile }, privateKey: { file: privateKeyFile } });

/** How to reach a server of tools/sshd, with everything in order. Its tests sign in far more often than is good manners. */
export const sshTo = (server: Sshd, changes: Partial<SshOptions> = {}): Promise<Transport> =>
  connectSsh({ ...loginOf(server), manners: { loginsPerMinute: Infinity }, ...changes });
