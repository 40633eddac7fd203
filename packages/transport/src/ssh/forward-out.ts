import type { Duplex } from "node:stream";
import { TransportError, type ConnectAddress } from "@hpckit/core";
import type { Client, ClientChannel } from "ssh2";
import { orAborted } from "../guard/stopping.js";

/** RFC 4254, 5.1. */
const administrativelyProhibited = 1;

/**
 * A connection made by the server: to a port, or to a Unix socket.
 * @param host - the server, for errors.
 * @throws TransportError `not-supported` where it does not allow this, `connection-refused`, `connection-lost`
 */
export async function forwardOut(client: Client, host: string, address: ConnectAddress, signal: AbortSignal): Promise<Duplex> {
  const name = "socketPath" in address ? address.socketPath : `${address.host}:${address.port}`;
  const opened = await requested<ClientChannel>(
    (callback) =>
      "socketPath" in address ? client.openssh_forwardOutStreamLocal(address.socketPath, callback) : client.forwardOut("127.0.0.1", 0, address.host, address.port, callback),
    signal,
    (late) => late.close(),
  );
  if (!(opened instanceof Error)) return opened;
  const isProhibited = (opened as { reason?: unknown }).reason === administrativelyProhibited;
  if (isProhibited) throw new TransportError("not-supported", `${host} does not allow connections through it (AllowTcpForwarding): ${name}`, { cause: opened });
  throw new TransportError("connection-refused", `${host} cannot connect to ${name}: ${opened.message}`, { cause: opened });
}

/** One request of ssh2, whose callback may never come once the connection is gone. What comes after the wait is over is closed. */
export async function requested<Value>(request: (callback: (error: Error | undefined, value: Value) => void) => void, signal: AbortSignal, discard: (late: Value) => void): Promise<Value | Error> {
  signal.throwIfAborted();
  const answer = new Promise<Value | Error>((resolve, reject) => {
    try {
      request((error, value) => {
        if (error !== undefined) resolve(error);
        else if (signal.aborted) discard(value);
        else resolve(value);
      });
    } catch (cause) {
      // ssh2 throws where it already knows that the socket is gone.
      reject(new TransportError("connection-lost", `the connection was lost: ${(cause as Error).message}`, { cause }));
    }
  });
  return orAborted(answer, signal);
}
