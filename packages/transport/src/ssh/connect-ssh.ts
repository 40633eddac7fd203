import { parseOptions, type Transport } from "@hpckit/core";
import { sshChannels } from "../channel/ssh-channels.js";
import { checkTarget } from "../guard/check-target.js";
import { shellTransport } from "../shell-transport.js";
import { defaultTimeoutMs, openSshConnection } from "./ssh-connection.js";
import { sshOptionsSchema, type SshOptions } from "./ssh-options.js";

/** Beside these, a server that allows ten has room for what frees its place late. */
export const defaultMaxChannels = 4;

/**
 * Another machine as a transport, over one SSH connection, with jump hosts on the way where they are wanted.
 *
 * Guarantees: nothing is said to a host, on the way or at its end, whose key is not known, or is another than the known one, whatever a
 * configuration says (`StrictHostKeyChecking`); no prompt is answered twice; every call ends when the connection does, and so does what it
 * started over there.
 * @throws TransportError `host-key-refused`, `authentication-failed`, `connection-refused`, `connection-lost`,
 * `not-supported` for a machine without the programs that are needed, or a configuration that only {@link connectSystemSsh} can obey;
 * OptionsError, also for a configuration that ssh cannot read; TimeoutError, AbortedError
 */
export async function connectSsh(options: SshOptions): Promise<Transport> {
  const checked = parseOptions(sshOptionsSchema, options, "options of connectSsh");
  const connection = await openSshConnection(checked);
  const target = { host: checked.host, user: connection.user, kind: "ssh" } as const;
  const source = sshChannels(connection, target, checked.maxChannels ?? defaultMaxChannels);
  try {
    await checkTarget(source, { signal: checked.signal, timeoutMs: checked.connectTimeoutMs ?? defaultTimeoutMs });
    return shellTransport(source);
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}
