import { cancellableShape, parseOptions, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { localChannels } from "../channel/local-channels.js";
import { checkTarget } from "../guard/check-target.js";
import { observe } from "../observe/observation.js";
import { observeShape, type ObserveOptions } from "../observe/observe-options.js";
import { watchConnection } from "../observe/watch-connection.js";
import { shellTransport } from "../shell-transport.js";

/** What {@link connectLocal} accepts. */
export interface LocalOptions extends Cancellable, ObserveOptions {}

const schema: z.ZodType<LocalOptions> = z.strictObject({ ...observeShape, ...cancellableShape });

/**
 * This machine as a transport: commands are processes of it, with the environment of this one.
 *
 * Needs Linux with the GNU programs, as a login node has them.
 * @throws TransportError `not-supported`, naming what is missing.
 */
export async function connectLocal(options: LocalOptions = {}): Promise<Transport> {
  const { signal, ...observers } = parseOptions(schema, options, "options of connectLocal");
  const source = localChannels();
  const observation = observe(source.target, observers);
  await watchConnection(observation, { connect: () => checkTarget(source, { signal }) });
  return shellTransport(source, observation);
}
