import { systemClock, type Clock } from "@hpckit/core";
import { accountManners, type AccountManners } from "./account-manners.js";

/** Whom a login troubles. */
export interface LoginAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** Goes on evenly when the time of day is set. */
export const steadyClock: Clock = { now: () => performance.now(), sleep: (milliseconds, options) => systemClock.sleep(milliseconds, options) };

const accounts = new Map<string, AccountManners>();

/** The same for all transports of this process. */
export function sharedManners({ host, port, user }: LoginAddress): AccountManners {
  const account = `${user}@${host.toLowerCase()}${port === 22 ? "" : `:${port}`}`;
  const known = accounts.get(account) ?? accountManners(account, steadyClock);
  accounts.set(account, known);
  return known;
}
