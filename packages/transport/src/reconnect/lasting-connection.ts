import { systemClock, type TargetInfo } from "@hpckit/core";
import { channelWindow, type ChannelWindow } from "../channel/channel-window.js";
import type { ConnectionListener } from "../channel/connection-event.js";
import type { Connection, ConnectionSupply } from "../channel/connection.js";
import { connectionChannels } from "../channel/connection-channels.js";
import { checkTarget } from "../guard/check-target.js";
import type { AccountManners } from "../manners/account-manners.js";
import { warnOfWait } from "../manners/warn-of-wait.js";
import type { LoginAddress } from "../manners/login-address.js";
import { sharedManners } from "../manners/shared-manners.js";
import { audience, type Audience } from "../observe/audience.js";
import { tellConnection } from "../observe/tell-connection.js";
import type { Openable, Shareable } from "../share/leases.js";
import { isSameValue } from "../share/same-value.js";
import { surroundings, type Surroundings } from "../share/surroundings.js";
import { circuitBreaker, type CircuitBreaker } from "./circuit-breaker.js";
import { defaultTimeoutMs, type ConnectionOptions } from "./connection-options.js";
import { followLogins, type FindLogin } from "./follow-logins.js";
import { reconnectDefaults, type ReconnectOptions } from "./reconnect-options.js";
import { reconnecting, type LastingSupply } from "./reconnecting.js";

/** Beside these, a server that allows ten has room for what frees its place late. */
const defaultMaxChannels = 4;

/** Connections that follow one another, for all transports that share them. All logins wait for their turn. */
export interface LastingConnection extends Openable<OpenedConnection> {
  readonly audience: Audience;
}

export interface OpenedConnection extends Shareable {
  readonly supply: LastingSupply;
  /** How many channels at a time, over all transports. */
  readonly window: ChannelWindow;
  readonly account: AccountManners;
}

export interface LastingConnectionOptions {
  readonly options: ConnectionOptions;
  /** Those in which it is found. A login again goes by those of its moment; if they are others, it is not found any more: it could be somebody else's. */
  readonly foundIn: Surroundings;
  /** How to find out where to sign in; whom it asks or what it hears, the audience is told. */
  readonly findFor: (audience: Audience) => FindLogin;
}

export function lastingConnection(initialTarget: TargetInfo, { options, foundIn, findFor }: LastingConnectionOptions): LastingConnection {
  const { connectTimeoutMs, maxChannels = defaultMaxChannels, manners = {}, reconnect = {} } = options;
  const all = audience(initialTarget);
  const told = tellConnection(all);
  const isAsked = manners.loginsPerMinute !== undefined;
  const tell: ConnectionListener = (event) => {
    told(event);
    if (!isAsked && !all.hears("login")) warnOfWait(event);
  };
  const check = (connection: Connection, address: LoginAddress, signal: AbortSignal): Promise<void> => checkAlone(connection, { address, tell, signal, timeoutMs: connectTimeoutMs ?? defaultTimeoutMs });
  const find = findFor(all);
  let isElsewhere = false;
  const findNow: FindLogin = (signal) => {
    isElsewhere ||= !isSameValue(foundIn, surroundings());
    return find(signal);
  };
  const logins = followLogins({ find: findNow, options, audience: all, tell, check });
  return {
    audience: all,
    async open(signal) {
      const { connection: first, address } = await logins.first(signal);
      const supply = reconnecting({ first, open: (until, onTurn) => logins.again(until, onTurn), breaker: breakerOf(reconnect), clock: systemClock, tell });
      return { supply, window: channelWindow(maxChannels), account: sharedManners(address), isOver: () => isElsewhere || supply.isOver(), close: () => supply.close() };
    },
  };
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
  const source = connectionChannels(alone, { window: channelWindow(1), pace: (until) => sharedManners(address).command({ perMinute: Infinity, signal: until }, tell) });
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
  return circuitBreaker({ firstPauseMs, longestPauseMs, failuresToOpen, now: () => systemClock.monotonic(), random: Math.random });
}
