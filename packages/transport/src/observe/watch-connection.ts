import type { Observation } from "./observation.js";
import { eventError } from "./watched-call.js";

/** A connection as the one that made it knows it. */
export interface MadeConnection {
  /** Fires once the connection is gone, with the error. */
  readonly lost: AbortSignal;
  /** Fingerprint of the key that the host has shown. */
  readonly hostKey?: string | undefined;
}

export interface ConnectionAttempt<Value> {
  /** 1 (default) for the first; more where a lost connection is made again. */
  readonly attempt?: number | undefined;
  /** Connects, and says so as soon as it is signed in; what follows may still fail. */
  readonly connect: (made: (connection: MadeConnection) => void) => Promise<Value>;
}

/** One attempt to connect, told to the end of the connection. Of one that this side closes {@link Observation.close} tells. */
export async function watchConnection<Value>(observation: Observation, { attempt = 1, connect }: ConnectionAttempt<Value>): Promise<Value> {
  const ids = { connectionId: observation.nextId(), attempt };
  let connection: MadeConnection | undefined;
  const value = await observation.watch({
    topic: "connection",
    begun: () => ({ kind: "connection-opening", ...ids }),
    ended: ({ durationMs, error }) =>
      error === undefined ? { kind: "connection-opened", ...ids, durationMs, hostKey: connection?.hostKey } : { kind: "connection-refused", ...ids, durationMs, error },
    run: () => connect((made) => (connection = made)),
  });
  const told = observation.holdOpen(ids);
  const lost = connection?.lost;
  const onLost = (): void => {
    if (told()) observation.emit("connection-lost", () => ({ ...ids, error: eventError(lost?.reason) }));
  };
  if (lost?.aborted === true) onLost();
  else lost?.addEventListener("abort", onLost, { once: true });
  return value;
}
