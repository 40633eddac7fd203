import { cancellableShape, timeLimitSchema } from "@hpckit/core";
import { z } from "zod";
import { mannersSchema, type MannersOptions } from "../manners/manners-options.js";
import { observeShape, type ObserveOptions } from "../observe/observe-options.js";
import { reconnectSchema, type ReconnectOptions } from "./reconnect-options.js";

/** What transports have in common that stand on a connection. */
export interface ConnectionOptions extends ObserveOptions {
  /**
   * Milliseconds for the connection, the check of the hosts and the sign-ins together, without the time in which an answer is awaited; by
   * default 20,000 for each host on the way, or what ssh's configuration says (`ConnectTimeout`). The waits for a turn (`manners`) do not
   * count; where it is given, each of them may take as long, too, but for connecting again. `Infinity` for no limit.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** How many commands run at a time, the others wait; by default 4. Servers allow ten as a rule, and free a place late. */
  readonly maxChannels?: number | undefined;
  /** How a connection that is lost is made again, for the calls that come after; `false`: not at all, every later call fails. */
  readonly reconnect?: ReconnectOptions | false | undefined;
  /** How often the account of the host is troubled. */
  readonly manners?: MannersOptions | undefined;
  /**
   * `false` (default): transports of this process with the same options (but `logger`, `tracer` and `signal`) share one connection, and the channels of it.
   * `true`: this one has a connection of its own, that nobody shares.
   *
   * As with ssh's ControlMaster, who shares a connection that stands is not signed in again: files that the options name, as keys, known hosts and
   * configurations, are not read again for it. Whatever differs in the options, in the environment (`SSH_AUTH_SOCK`, `KRB5CCNAME`), in the current folder or in the program's own account is another connection.
   */
  readonly ownConnection?: boolean | undefined;
}

export const defaultTimeoutMs = 20_000;

export const connectionShape = {
  connectTimeoutMs: timeLimitSchema.optional(),
  maxChannels: z.number().int().positive().optional(),
  reconnect: reconnectSchema.optional(),
  manners: mannersSchema.optional(),
  ownConnection: z.boolean().optional(),
  ...observeShape,
  ...cancellableShape,
};
