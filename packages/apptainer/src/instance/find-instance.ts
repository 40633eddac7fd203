import { parseOptions, requireTransport, type Cancellable, type Transport } from "@hpckit/core";
import { instanceName } from "../image/image.js";
import type { InstanceLookup, InstanceState } from "./instance-state.js";
import { parseLook, renderLook } from "./look.js";

/**
 * The instances of the account, as they are: what the engine lists may be dead, and what runs on another machine of the
 * same home folder is in no list. One round trip.
 * @throws OutputUnreadableError if what answers is no list.
 */
export async function listInstances(on: Transport, options: Cancellable = {}): Promise<readonly InstanceState[]> {
  requireTransport(on, "listInstances");
  const { stdout } = await on.exec(["sh", "-c", renderLook().shell], { signal: options.signal, check: true });
  return parseLook(stdout);
}

/**
 * One instance by its name: on the transport's machine; else, as `unknown`, on another one.
 * @throws OutputUnreadableError, OptionsError
 */
export async function findInstance(on: Transport, name: string, options: Cancellable = {}): Promise<InstanceLookup> {
  requireTransport(on, "findInstance");
  const wanted = parseOptions(instanceName, name, "findInstance");
  const found = (await listInstances(on, options)).filter((each) => each.name === wanted);
  return found.find(({ kind }) => kind !== "unknown") ?? found[0] ?? { kind: "not-found", name: wanted };
}
