import { parseOptions, TransportError, type Transport } from "@hpckit/core";
import { z } from "zod";
import { foundationOf, shellTransport } from "../shell-transport.js";
import { asUserChannels } from "./as-user-channels.js";

/** What useradd(8) and directories give, and what every shell takes for a plain word. */
const userName = z.string().regex(/^[a-zA-Z0-9_][a-zA-Z0-9_.@-]{0,63}$/, "not a name of an account");

/**
 * Another account over a transport of this package, by `sudo -n -u`: e.g. one that owns a service and has no login shell. Commands begin in
 * its home, or in `/` where that is closed, with sudo's environment and not the login's. Whether sudo allows it is found out with the first call.
 *
 * Closing it ends what it has started, and leaves the transport below open. `connect` goes out as the account that is signed in.
 * @param transport - may itself act as another account: sudo is then asked as that one.
 * @throws OptionsError for what is no name of an account. All operations: TransportError `permission-denied` where sudo refuses, with
 * what it said; `not-supported` where there is none.
 * @see sudo(8), sudoers(5)
 */
export function asUser(transport: Transport, user: string): Transport {
  const account = parseOptions(userName, user, "user of asUser");
  const base = foundationOf(transport);
  if (base === undefined) throw new TransportError("not-supported", "asUser works over the transports of @hpckit/transport, and this is none of them");
  const observation = base.observation.as(account);
  return shellTransport(asUserChannels(base.source, account, observation), observation);
}
