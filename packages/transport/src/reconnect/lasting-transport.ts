import type { Cancellable, TargetInfo, Transport } from "@hpckit/core";
import type { Connection } from "../channel/connection.js";
import { connectionChannels } from "../channel/connection-channels.js";
import { checkTarget } from "../guard/check-target.js";
import { timeLimit } from "../guard/patience.js";
import { stopping } from "../guard/stopping.js";
import { defaultLoginsPerMinute } from "../manners/manners-options.js";
import { sharedManners, steadyClock, type LoginAddress } from "../manners/shared-manners.js";
import type { Observation } from "../observe/observation.js";
import { tellConnection } from "../observe/tell-connection.js";
import { watchConnection, type MadeConnection } from "../observe/watch-connection.js";
import { shellTransport } from "../shell-transport.js";
import { circuitBreaker, type CircuitBreaker } from "./circuit-breaker.js";
import { defaultTimeoutMs, type ConnectionOptions } from "./connection-options.js";
import { reconnectDefaults, type ReconnectOptions } from "./reconnect-options.js";
import { reconnecting } from "./reconnecting.js";

/** One way to sign in, as often as it is needed. */
export interface Login {
  /** The host with user and port, for messages. */
  readonly name: string;
  readonly address: LoginAddress;
  readonly target: TargetInfo;
  /** Connects and signs in. Keeps to a time limit of its own, and throws the signal's reason as it is. */
  open(signal: AbortSignal, isReconnect: boolean): Promise<Connection>;
}

/** Beside these, a server that allows ten has room for what frees its place late. */
const defaultMaxChannels = 4;

/**
 * A transport over connections that follow one another. All logins wait for their turn.
 * @param find - finds out where to sign in; what it throws is told as a failure to connect.
 */
export function lastingTransport(observation: Observation, options: ConnectionOptions & Cancellable, find: () => Promise<Login>): Promise<Transport> {
  return watchConnection(observation, {
    connect: async (made) => {
      const login = await find();
      observation.target = login.target;
      return transportOver(login, options, { observation, made });
    },
  });
}

interface FirstConnection {
  readonly observation: Observation;
  readonly made: (connection: MadeConnection) => void;
}

async function transportOver(login: Login, options: ConnectionOptions & Cancellable, { observation, made }: FirstConnection): Promise<Transport> {
  const { connectTimeoutMs, maxChannels = defaultMaxChannels, manners = {}, reconnect = {}, signal } = options;
  const { loginsPerMinute = defaultLoginsPerMinute, commandsPerMinute = Infinity } = manners;
  const account = sharedManners(login.address);
  const tell = tellConnection(observation);
  const inTurn = (work: () => Promise<Connection>, until: AbortSignal, onTurn: () => void): Promise<Connection> => account.login(work, { perMinute: loginsPerMinute, signal: until, onTurn }, tell);

  const first = await openFirst(login.name, { signal, timeoutMs: connectTimeoutMs }, (until, onTurn) => inTurn(() => login.open(until, false), until, onTurn));
  made(first);
  let attempt = 1;
  const again = (until: AbortSignal): Promise<Connection> =>
    watchConnection(observation, {
      attempt: ++attempt,
      async connect(madeAgain) {
        const connection = await login.open(until, true);
        madeAgain(connection);
        return connection;
      },
    });
  // The check counts as a command, but does not wait: the login has waited enough.
  let perMinute = Infinity;
  const supply = reconnecting({ first, open: (until, onTurn) => inTurn(() => again(until), until, onTurn), breaker: breakerOf(reconnect), clock: steadyClock, tell });
  const source = connectionChannels(supply, { maxChannels, pace: (until) => account.command({ perMinute, signal: until }, tell) });
  try {
    await checkTarget(source, { signal, timeoutMs: connectTimeoutMs ?? defaultTimeoutMs });
    perMinute = commandsPerMinute;
    return shellTransport(source, observation);
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

/** The time limit holds for the wait for a turn; a login has one of its own. */
async function openFirst(name: string, { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number | undefined }, open: (until: AbortSignal, onTurn: () => void) => Promise<Connection>): Promise<Connection> {
  using stop = stopping(name, { signal });
  using waiting = timeoutMs === undefined ? undefined : timeLimit(stop, name, timeoutMs);
  return await open(stop.signal, () => waiting?.[Symbol.dispose]());
}

function breakerOf(reconnect: ReconnectOptions | false): CircuitBreaker | undefined {
  if (reconnect === false) return undefined;
  const { firstPauseMs = reconnectDefaults.firstPauseMs, longestPauseMs = reconnectDefaults.longestPauseMs, failuresToOpen = reconnectDefaults.failuresToOpen } = reconnect;
  return circuitBreaker({ firstPauseMs, longestPauseMs, failuresToOpen, now: () => steadyClock.now(), random: Math.random });
}
