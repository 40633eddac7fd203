import type { Cancellable, Transport } from "@hpckit/core";
import { connectionChannels } from "../channel/connection-channels.js";
import { stopping } from "../guard/stopping.js";
import type { Audience } from "../observe/audience.js";
import type { Observation } from "../observe/observation.js";
import { tellConnection } from "../observe/tell-connection.js";
import { connectionKey, type ConnectionKey, type ConnectionWay } from "../share/connection-key.js";
import { leases, type Leases } from "../share/leases.js";
import { isSameValue } from "../share/same-value.js";
import { shellTransport } from "../shell-transport.js";
import type { ConnectionOptions } from "./connection-options.js";
import type { FindLogin } from "./follow-logins.js";
import { lastingConnection, type LastingConnection, type OpenedConnection } from "./lasting-connection.js";

const noLeases = (): Leases<ConnectionKey, LastingConnection, OpenedConnection> => leases(isSameValue);
/** The connections of this process that others may share. */
const sharedConnections = noLeases();

export interface LastingTransportOptions {
  readonly way: ConnectionWay;
  /** As the caller gave them: by these it is found who shares. */
  readonly options: ConnectionOptions & Cancellable;
  readonly findFor: (audience: Audience) => FindLogin;
}

/** A transport over connections that follow one another, which it shares with those of the same options. */
export async function lastingTransport(observation: Observation, { way, options, findFor }: LastingTransportOptions): Promise<Transport> {
  const { signal, manners = {}, ownConnection = false } = options;
  const { target } = observation;
  const key = connectionKey(way, options);
  const lease = (ownConnection ? noLeases() : sharedConnections).take(key, () => lastingConnection(target, { options, foundIn: key.surroundings, findFor }));
  const member = lease.held.audience.join(observation);
  const close = async (): Promise<void> => {
    member.leave();
    await lease.release();
  };
  try {
    using stop = stopping(target.host, { signal });
    const { supply, window, account } = await member.watchFirst(async (made) => {
      const opened = await lease.opened(stop.signal);
      made(await opened.supply.standing(stop.signal));
      return opened;
    });
    const tell = tellConnection(observation);
    const pace = (until: AbortSignal): Promise<void> => account.command({ perMinute: manners.commandsPerMinute ?? Infinity, signal: until }, tell);
    return shellTransport(connectionChannels({ target: supply.target, ask: (request, until) => supply.ask(request, until), close }, { window, pace }), observation);
  } catch (error) {
    await close();
    throw error;
  }
}
