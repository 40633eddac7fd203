import { z } from "zod";
import { mannersSchema, type MannersOptions } from "../manners/manners-options.js";
import { observeShape, type ObserveOptions } from "../observe/observe-options.js";
import { reconnectSchema, type ReconnectOptions } from "./reconnect-options.js";

/** What transports have in common that stand on a connection. */
export interface ConnectionOptions extends ObserveOptions {
  /**
   * Milliseconds for the connection, the check of the hosts and the sign-ins together, without the time in which an answer is awaited; by
   * default 20,000 for each host on the way, or what ssh's configuration says (`ConnectTimeout`). The waits for a turn (`manners`) do not
   * count; where it is given, each of them may take as long, too, but for connecting again.
   */
  readonly connectTimeoutMs?: number | undefined;
  /** How many commands run at a time, the others wait; by default 4. Servers allow ten as a rule, and free a place late. */
  readonly maxChannels?: number | undefined;
  /** How a connection that is lost is made again, for the calls that come after; `false`: not at all, every later call fails. */
  readonly reconnect?: ReconnectOptions | false | undefined;
  readonly manners?: MannersOptions | undefined;
}

export const defaultTimeoutMs = 20_000;

export const connectionShape = {
  connectTimeoutMs: z.number().int().positive().optional(),
  maxChannels: z.number().int().positive().optional(),
  reconnect: reconnectSchema.optional(),
  manners: mannersSchema.optional(),
  ...observeShape,
  signal: z.instanceof(AbortSignal).optional(),
};
