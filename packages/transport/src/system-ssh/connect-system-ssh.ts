import { parseOptions, type Transport } from "@hpckit/core";
import { connectionChannels } from "../channel/connection-channels.js";
import { checkTarget } from "../guard/check-target.js";
import { stopping } from "../guard/stopping.js";
import { observe, type Observation } from "../observe/observation.js";
import { watchConnection, type MadeConnection } from "../observe/watch-connection.js";
import { shellTransport } from "../shell-transport.js";
import { defaultMaxChannels } from "../ssh/connect-ssh.js";
import { defaultTimeoutMs } from "../ssh/ssh-connection.js";
import { connectThrough } from "./connect-through.js";
import { queryConfiguration } from "./query-configuration.js";
import { startMaster } from "./ssh-master.js";
import { startSession } from "./ssh-session.js";
import { systemSshOptionsSchema, type SystemSshOptions } from "./system-ssh-options.js";

/**
 * Another machine as a transport, through this machine's own `ssh`: for what only that can do, as Kerberos, certificates, security
 * keys, jump hosts, and all that stands in `~/.ssh/config`.
 *
 * Guarantees: nothing is said to a host whose key ssh does not know (`StrictHostKeyChecking=yes`, whatever the configuration says);
 * nothing is asked at a terminal; there is one sign-in, which all calls share; every call ends when the connection does, and so
 * does what it started over there. The connection ends with this program, however that ends.
 * @throws TransportError `host-key-refused`, `authentication-failed`, `connection-refused`, `connection-lost`,
 * `not-supported` for a machine without the programs that are needed; OptionsError, also for a configuration that ssh cannot
 * read; TimeoutError, AbortedError
 * @see ssh_config(5), ControlMaster
 */
export async function connectSystemSsh(options: SystemSshOptions): Promise<Transport> {
  const checked = parseOptions(systemSshOptionsSchema, options, "options of connectSystemSsh");
  const observation = observe({ host: checked.host, user: checked.user ?? "", kind: "ssh" }, checked);
  return watchConnection(observation, { connect: (made) => open(checked, observation, made) });
}

async function open(checked: SystemSshOptions, observation: Observation, made: (connection: MadeConnection) => void): Promise<Transport> {
  const { host, port, signal, connectTimeoutMs: timeoutMs = defaultTimeoutMs } = checked;
  const name = `${checked.user === undefined ? "" : `${checked.user}@`}${host}${port === undefined ? "" : `:${port}`}`;
  using stop = stopping(name, { signal, timeoutMs });
  const { user, forks } = await queryConfiguration(checked, stop.signal);
  observation.target = { host, user, kind: "ssh" };
  const master = await startMaster(checked, { host, name }, { forks }, stop.signal);
  made(master);
  const source = connectionChannels(
    {
      target: observation.target,
      lost: master.lost,
      start: (line, signal) => startSession(master, host, line, signal),
      connect: connectThrough(master, host),
      close: () => master.close(),
    },
    checked.maxChannels ?? defaultMaxChannels,
  );
  try {
    await checkTarget(source, { signal, timeoutMs });
    return shellTransport(source, observation);
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}
