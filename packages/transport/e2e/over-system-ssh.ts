import type { Transport } from "@hpckit/core";
import { connectSystemSsh, type SystemSshOptions } from "@hpckit/transport";
import type { Sshd } from "../../../tools/sshd/src/index.js";

/** How to reach a server of tools/sshd through the system's ssh, with everything in order and nothing of this account's own configuration. */
export const systemSshTo = (server: Sshd, changes: Partial<SystemSshOptions> = {}): Promise<Transport> =>
  connectSystemSsh({
    host: server.host,
    port: server.port,
    user: server.user,
    config: "none",
    manners: { loginsPerMinute: Infinity },
    ...changes,
    options: { UserKnownHostsFile: server.knownHostsFile, GlobalKnownHostsFile: "none", IdentityFile: server.privateKeyFile, IdentitiesOnly: "yes", ...changes.options },
  });
