import type { Cancellable, Transport } from "@hpckit/core";
import type { ConnectionListener } from "../channel/connection-event.js";
import type { Connection, ConnectionSupply } from "../channel/connection.js";
import { connectionChannels } from "../channel/connection-channels.js";
import { checkTarget } from "../guard/check-target.js";
import { warnOfWait } from "../manners/warn-of-wait.js";
import type { LoginAddress } from "../manners/login-address.js";
import { sharedManners, steadyClock } from "../manners/shared-manners.js";
import type { Observation } from "../observe/observation.js";
import { tellConnection } from "../observe/tell-connection.js";
import { shellTransport } from "../shell-transport.js";
import { circuitBreaker, type CircuitBreaker } from "./circuit-breaker.js";
import { defaultTimeoutMs, type ConnectionOptions } from "./connection-options.js";
import { followLogins, type FindLogin } from "./follow-logins.js";
import { reconnectDefaults, type ReconnectOptions } from "./reconnect-options.js";
import { reconnecting } from "./reconnecting.js";

/** Beside these, a server that allows ten has room for what frees its place late. */
const defaultMaxChannels = 4;

/** A transport over connections that follow one another. All logins wait for their turn. */
export async function lastingTransport(observation: Observation, options: ConnectionOptions & Cancellable, find: FindLogin): Promise<Transport> {
  const { connectTimeoutMs, maxChannels = defaultMaxChannels, manners = {}, reconnect = {} } = options;
  const told = tellConnection(observation);
  const isAsked = manners.loginsPerMinute !== undefined;
  const tell: ConnectionListener = (event) => {
    told(event);
    if (!isAsked && !observation.hears("login")) warnOfWait(event);
  };
  const check = (connection: Connection, address: LoginAddress, signal: AbortSignal): Promise<void> => checkAlone(connection, { address, tell, signal, timeoutMs: connectTimeoutMs ?? defaultTimeoutMs });
  const logins = followLogins({ find, options, observation, tell, check });
  const { connection: first, address } = await logins.first();
  const supply = reconnecting({ first, open: (until, onTurn) => logins.again(until, onTurn), breaker: breakerOf(reconnect), clock: steadyClock, tell });
  const account = sharedManners(address);
  const pace = (signal: AbortSignal): Promise<void> => account.command({ perMinute: manners.commandsPerMinute ?? Infinity, signal }, tell);
  return shellTransport(connectionChannels(supply, { maxChannels, pace }), observation);
}

interface Checking {
  readonly address: LoginAddress;
  readonly tell: ConnectionListener;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * Looks whether the machine is fit, and closes the connection if not. One that is lost meanwhile is not made again: it is a login that has
 * failed. The check counts as a command, but does not wait, as the login has waited enough.
 */
async function checkAlone(connection: Connection, { address, tell, signal, timeoutMs }: Checking): Promise<void> {
  const alone: ConnectionSupply = {
    target: connection.target,
    ask: (request, until) => request(connection, AbortSignal.any([until, connection.lost])),
    close: () => connection.close(),
  };
  const source = connectionChannels(alone, { maxChannels: 1, pace: (until) => sharedManners(address).command({ perMinute: Infinity, signal: until }, tell) });
  try {
    await checkTarget(source, { signal, timeoutMs });
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

function breakerOf(reconnect: ReconnectOptions | false): CircuitBreaker | undefined {
  if (reconnect === false) return undefined;
  const { firstPauseMs = reconnectDefaults.firstPauseMs, longestPauseMs = reconnectDefaults.longestPauseMs, failuresToOpen = reconnectDefaults.failuresToOpen } = reconnect;
  return circuitBreaker({ firstPauseMs, longestPauseMs, failuresToOpen, now: () => steadyClock.now(), random: Math.random });
}
