import { parseOptions, type Transport } from "@hpckit/core";
import { sshChannels } from "../channel/ssh-channels.js";
import { checkTarget } from "../guard/check-target.js";
import { observe, type Observation } from "../observe/observation.js";
import { watchConnection, type MadeConnection } from "../observe/watch-connection.js";
import { shellTransport } from "../shell-transport.js";
import { secretsOfIdentity } from "./identity.js";
import { defaultTimeoutMs, openSshConnection } from "./ssh-connection.js";
import { sshOptionsSchema, type SshOptions } from "./ssh-options.js";

/** Beside these, a server that allows ten has room for what frees its place late. */
export const defaultMaxChannels = 4;

/**
 * Another machine as a transport, over one SSH connection.
 *
 * Guarantees: nothing is said to a host whose key is not known, or is another than the known one; every call ends when
 * the connection does, and so does what it started over there.
 * @throws TransportError `host-key-refused`, `authentication-failed`, `connection-refused`, `connection-lost`,
 * `not-supported` for a machine without the programs that are needed; TimeoutError, AbortedError
 */
export async function connectSsh(options: SshOptions): Promise<Transport> {
  const checked = parseOptions(sshOptionsSchema, options, "options of connectSsh");
  const observation = observe({ host: checked.host, user: checked.user, kind: "ssh" }, checked);
  for (const secret of secretsOfIdentity(checked)) observation.keepSecret(secret);
  return watchConnection(observation, { connect: (made) => open(checked, observation, made) });
}

async function open(checked: SshOptions, observation: Observation, made: (connection: MadeConnection) => void): Promise<Transport> {
  const connection = await openSshConnection(checked);
  made(connection);
  const source = sshChannels(connection, observation.target, checked.maxChannels ?? defaultMaxChannels);
  try {
    await checkTarget(source, { signal: checked.signal, timeoutMs: checked.connectTimeoutMs ?? defaultTimeoutMs });
    return shellTransport(source, observation);
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}
