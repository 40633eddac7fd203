import type { Observation } from "./observation.js";
import type { ConnectionRef, SharedRef } from "./transport-event.js";
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
  /** Connects, and says what it is connected by. */
  readonly connect: (made: (connection: MadeConnection) => void) => Promise<Value>;
  /** Whether another transport, which shares the connection, tells the same as its own. */
  readonly shared?: (() => SharedRef) | undefined;
  /** From then on this transport has nothing to do with it. */
  readonly until?: AbortSignal | undefined;
}

/** One attempt to connect, told to the end of the connection. Of one that this side closes {@link Observation.close} tells. */
export async function watchConnection<Value>(observation: Observation, { attempt = 1, connect, shared = () => ({}), until }: ConnectionAttempt<Value>): Promise<Value> {
  const reference = { connectionId: observation.nextId(), attempt };
  const ids = (): ConnectionRef => ({ ...reference, ...shared() });
  let connection: MadeConnection | undefined;
  const value = await observation.watch({
    topic: "connection",
    begun: () => ({ kind: "connection-opening", ...ids() }),
    ended: ({ durationMs, error }) =>
      error === undefined ? { kind: "connection-opened", ...ids(), durationMs, hostKey: connection?.hostKey } : { kind: "connection-refused", ...ids(), durationMs, error },
    run: () => connect((made) => (connection = made)),
  });
  const told = observation.holdOpen(ids);
  // Joined in a signal of this transport's own: many may share the connection.
  const lost = connection && AbortSignal.any([connection.lost, until].filter((each) => each !== undefined));
  const onLost = (): void => {
    if (told()) observation.emit("connection-lost", () => ({ ...ids(), error: eventError(lost?.reason) }));
  };
  if (lost?.aborted === true) onLost();
  else lost?.addEventListener("abort", onLost, { once: true });
  return value;
}
