import { parseOptions, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { localChannels } from "../channel/local-channels.js";
import { checkTarget } from "../guard/check-target.js";
import { shellTransport } from "../shell-transport.js";

/** What {@link connectLocal} accepts. */
export type LocalOptions = Cancellable;

const schema: z.ZodType<LocalOptions> = z.strictObject({ signal: z.instanceof(AbortSignal).optional() });

/**
 * This machine as a transport: commands are processes of it, with the environment of this one.
 *
 * Needs Linux with the GNU programs, as a login node has them.
 * @throws TransportError `not-supported`, naming what is missing.
 */
export async function connectLocal(options: LocalOptions = {}): Promise<Transport> {
  const { signal } = parseOptions(schema, options, "options of connectLocal");
  const source = localChannels();
  await checkTarget(source, { signal });
  return shellTransport(source);
}
