import { systemClock } from "@hpckit/core";
import { accountOf, type LoginAddress } from "./login-address.js";
import { accountManners, type AccountManners } from "./account-manners.js";

const accounts = new Map<string, AccountManners>();

/** The same for all transports of this process. */
export function sharedManners(address: LoginAddress): AccountManners {
  const account = accountOf(address);
  const known = accounts.get(account) ?? accountManners(account, systemClock);
  accounts.set(account, known);
  return known;
}
