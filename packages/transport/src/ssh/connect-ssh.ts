import { parseOptions, type Transport } from "@hpckit/core";
import { sshChannels } from "../channel/ssh-channels.js";
import { orAborted, stopping } from "../guard/stopping.js";
import { observe } from "../observe/observation.js";
import { watchAnswer } from "../observe/watch-answer.js";
import { defaultTimeoutMs } from "../reconnect/connection-options.js";
import { lastingTransport } from "../reconnect/lasting-transport.js";
import { secretsOfIdentity } from "./identity-options.js";
import { openSshConnection, prepareRoute, type PreparedHost } from "./ssh-connection.js";
import { hopsOf, insteadOf, sshOptionsSchema, type SshOptions } from "./ssh-options.js";

/**
 * Another machine as a transport, over one SSH connection at a time, with jump hosts on the way where they are wanted. Transports of this
 * process with the same options share it, unless they want one of their own (`ownConnection`).
 *
 * Guarantees: nothing is said to a host, on the way or at its end, whose key is not known, or is another than the known one, whatever a
 * configuration says (`StrictHostKeyChecking`); no prompt is answered twice; every call ends when the connection does, and so does what it
 * started over there. Calls that come later connect again; none is repeated that may have begun.
 * @throws TransportError `host-key-refused`, `authentication-failed`, `connection-refused`, `connection-lost`,
 * `not-supported` for a machine without the programs that are needed, or a configuration that only {@link connectSystemSsh} can obey;
 * OptionsError, also for a configuration that ssh cannot read; TimeoutError, AbortedError
 */
export async function connectSsh(options: SshOptions): Promise<Transport> {
  const given = parseOptions(sshOptionsSchema, options, "options of connectSsh", insteadOf);
  const { host, user = "" } = given;
  const observation = observe({ host, user, kind: "ssh" }, given);
  for (const each of [given, ...hopsOf(given)]) for (const secret of secretsOfIdentity(each)) observation.keepSecret(secret);
  return lastingTransport(observation, {
    way: "connectSsh",
    options: given,
    findFor(audience) {
      const watched = { ...given, ...(given.answer !== undefined && { answer: watchAnswer(audience, given.answer) }) };
      return async (until) => {
        const prepared = await prepare(watched, until);
        const address = prepared.at(-1)?.login;
        if (address === undefined) throw new RangeError("a way without hosts");
        const target = { host, user: address.user, kind: "ssh" } as const;
        return { address, target, open: async (login) => sshChannels(await openSshConnection(watched, { ...login, prepared }), target) };
      };
    },
  });
}

/** Before its turn: a key that cannot be read is told at once, and costs none of the logins of the minute. */
async function prepare(options: SshOptions, until: AbortSignal): Promise<readonly PreparedHost[]> {
  const { host, connectTimeoutMs: timeoutMs = defaultTimeoutMs } = options;
  using stop = stopping(host, { closing: until, timeoutMs });
  return await orAborted(prepareRoute(options, stop.signal), stop.signal);
}
