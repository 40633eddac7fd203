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

/** How messages name an account, and what tells it from others. */
export const accountOf = ({ host, port, user }: LoginAddress): string => `${user}@${host.toLowerCase()}${port === 22 ? "" : `:${port}`}`;

/** The same for all transports of this process. */
export function sharedManners(address: LoginAddress): AccountManners {
  const account = accountOf(address);
  const known = accounts.get(account) ?? accountManners(account, steadyClock);
  accounts.set(account, known);
  return known;
}
