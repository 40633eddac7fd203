import { accountOf, type LoginAddress } from "./login-address.js";

/** Waits for the turn to log in to an account, and does so. The work may wait for no other turn. */
export type InTurn = <Value>(address: LoginAddress, work: () => Promise<Value>, signal: AbortSignal) => Promise<Value>;

/**
 * Waits for the turns of all of these accounts, for a login that goes through them in one go. They are taken in one order by all who take
 * several: so nobody waits for one who waits for them.
 */
export function inTurns<Value>(inTurn: InTurn, addresses: readonly LoginAddress[], work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  const byAccount = new Map(addresses.map((address) => [accountOf(address), address]));
  const inOrder = [...byAccount.keys()].sort().flatMap((account) => byAccount.get(account) ?? []);
  return inOrder.reduceRight<() => Promise<Value>>((inner, address) => () => inTurn(address, inner, signal), work)();
}
