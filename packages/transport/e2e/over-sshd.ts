import type { Transport } from "@hpckit/core";
import { connectSsh, type SshOptions } from "@hpckit/transport";
import type { Sshd } from "../../../tools/sshd/src/index.js";

/** How to reach a server of tools/sshd, with everything in order. Its tests sign in far more often than is good manners. */
export const sshTo = (server: Sshd, changes: Partial<SshOptions> = {}): Promise<Transport> =>
  connectSsh({
    host: server.host,
    port: server.port,
    user: server.user,
    knownHosts: { file: server.knownHostsFile },
    privateKey: { file: server.privateKeyFile },
    manners: { loginsPerMinute: Infinity },
    ...changes,
  });
