import type { Cancellable, Transport } from "@hpckit/core";
import { createPlaces, type Places } from "../concurrency/places.js";

/** A connection to a login node has about four channels for commands (sshd allows ten, and frees them late): relays leave some to all else. */
const relaysAtATime = 2;

const places = new WeakMap<Transport, Places>();

/** Waits until one more relay may run over a transport; the function gives its place back. @throws what the signal is aborted with. */
export async function takeRelayPlace(transport: Transport, options: Cancellable): Promise<() => void> {
  if (transport.target.kind === "local") return () => undefined;
  const own = places.get(transport) ?? createPlaces(relaysAtATime);
  places.set(transport, own);
  return own.take(options);
}
