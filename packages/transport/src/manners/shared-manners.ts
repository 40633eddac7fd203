import { systemClock, type Clock } from "@hpckit/core";
import { accountOf, type LoginAddress } from "./login-address.js";
import { accountManners, type AccountManners } from "./account-manners.js";

/** Goes on evenly when the time of day is set. */
export const steadyClock: Clock = { now: () => performance.now(), sleep: (milliseconds, options) => systemClock.sleep(milliseconds, options) };

const accounts = new Map<string, AccountManners>();

/** The same for all transports of this process. */
export function sharedManners(address: LoginAddress): AccountManners {
  const account = accountOf(address);
  const known = accounts.get(account) ?? accountManners(account, steadyClock);
  accounts.set(account, known);
  return known;
}
