import { parseOptions, type Transport } from "@hpckit/core";
import type { Connection } from "../channel/connection.js";
import { stopping } from "../guard/stopping.js";
import { inTurns } from "../manners/in-turn.js";
import { observe } from "../observe/observation.js";
import { defaultTimeoutMs } from "../reconnect/connection-options.js";
import type { Login } from "../reconnect/follow-logins.js";
import { lastingTransport } from "../reconnect/lasting-transport.js";
import { connectThrough } from "./connect-through.js";
import { addressOf, connectTimeoutOf, queryConfiguration } from "./query-configuration.js";
import { wordsByHand } from "./ssh-arguments.js";
import { startMaster } from "./ssh-master.js";
import { startSession } from "./ssh-session.js";
import { strictJumps } from "./strict-jumps.js";
import { insteadOf, systemSshOptionsSchema, type SystemSshOptions } from "./system-ssh-options.js";

/**
 * Another machine as a transport, through this machine's own `ssh`: for what only that can do, as Kerberos, certificates, security
 * keys, jump hosts, and all that stands in `~/.ssh/config`. Transports of this process with the same options share one connection, unless they want one of
 * their own (`ownConnection`).
 *
 * Guarantees: nothing is said to a host, nor to a jump host, whose key ssh does not know (`StrictHostKeyChecking=yes`, whatever the configuration says);
 * nothing is asked at a terminal; there is one sign-in, which all calls share; every call ends when the connection does, and so
 * does what it started over there. Calls that come later connect again; none is repeated that may have begun. The connection ends
 * with this program, however that ends.
 * @throws TransportError `host-key-refused`, `authentication-failed`, `connection-refused`, `connection-lost`,
 * `not-supported` for a machine without the programs that are needed; OptionsError, also for a configuration that ssh cannot
 * read; TimeoutError, AbortedError
 * @see ssh_config(5), ControlMaster
 */
export async function connectSystemSsh(options: SystemSshOptions): Promise<Transport> {
  const checked = parseOptions(systemSshOptionsSchema, options, "options of connectSystemSsh", insteadOf);
  const observation = observe({ host: checked.host, user: checked.user ?? "", kind: "ssh" }, checked);
  return lastingTransport(observation, { way: "connectSystemSsh", options: checked, findFor: () => (until) => findLogin(checked, until) });
}

async function findLogin(options: SystemSshOptions, until: AbortSignal): Promise<Login> {
  const { host, connectTimeoutMs: given } = options;
  const name = `${options.user === undefined ? "" : `${options.user}@`}${host}${options.port === undefined ? "" : `:${options.port}`}`;
  using stop = stopping(name, { closing: until, timeoutMs: given ?? defaultTimeoutMs });
  const configuration = await queryConfiguration(options, "options of connectSystemSsh", stop.signal);
  const address = addressOf(configuration, options);
  // From 8.7 on.
  const forks = configuration.first("forkafterauthentication") === "yes";
  const jumps = await strictJumps(configuration, options.config, stop.signal);
  const target = { host, user: address.user, kind: "ssh" } as const;
  const each = connectTimeoutOf(configuration) ?? defaultTimeoutMs;
  const timeoutMs = given ?? each * (jumps.addresses.length + 1);

  async function connect(signal: AbortSignal): Promise<Connection> {
    using limit = stopping(name, { closing: signal, timeoutMs });
    const master = await startMaster({ ...options, user: address.user }, { host, name, words: wordsByHand(options) }, { forks, jumps }, limit.signal);
    return {
      target,
      lost: master.lost,
      start: (line, ending) => startSession(master, host, line, ending),
      connect: connectThrough(master, host),
      close: () => master.close(),
    };
  }
  return { address, target, open: ({ signal, inTurn }) => inTurns(inTurn, [...jumps.addresses, address], () => connect(signal), signal) };
}
