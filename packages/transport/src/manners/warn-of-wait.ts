import type { ConnectionEvent } from "../channel/connection-event.js";

const warned = new Set<string>();

/**
 * Says once for each account, as a warning of the process, that a login waits for the budget of the minute: who has asked for neither the
 * budget nor a logger would see a program that stands still.
 * @see process.emitWarning; `node --disable-warning=HPCKIT_LOGIN_WAITS`
 */
export function warnOfWait(event: ConnectionEvent): void {
  if (event.kind !== "login-waiting" || event.for !== "rate" || warned.has(event.account)) return;
  warned.add(event.account);
  const { account, waitMs, perMinute } = event;
  process.emitWarning(
    `${account}: this login waits ${Math.ceil(waitMs / 1_000)} s, as a program logs in to an account ${perMinute} times a minute at most (manners.loginsPerMinute). Keep one transport, and use it for everything`,
    { type: "HpckitWarning", code: "HPCKIT_LOGIN_WAITS", detail: "Later waits are told to a logger alone." },
  );
}
