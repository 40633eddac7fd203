import type { Duplex } from "node:stream";
import { onAbort, TransportError, type Cancellable, type ConnectAddress, type Transport } from "@hpckit/core";

/** How the server proves who it is. */
export interface TlsOptions {
  /** The name in its certificate, if it is not the host's. */
  readonly serverName?: string | undefined;
  /** Certificates of the authorities that may vouch for it, in PEM; by default those of Node. */
  readonly ca?: string | undefined;
}

/** Opens a connection from over there, encrypted from here to the server if `tls` is given. Aborted, it leaves none behind. */
export async function openConnection(transport: Transport, address: ConnectAddress, tls: TlsOptions | undefined, { signal }: Cancellable): Promise<Duplex> {
  const plain = await transport.connect(address, { signal });
  return tls === undefined ? plain : secure(plain, tls.serverName ?? ("host" in address ? address.host : "localhost"), tls.ca, { signal });
}

async function secure(plain: Duplex, serverName: string, ca: string | undefined, { signal }: Cancellable): Promise<Duplex> {
  const { connect, checkServerIdentity } = await import("node:tls");
  const { isIP } = await import("node:net");
  const socket = connect({
    socket: plain,
    // A server name is no address; the certificate is compared with the address all the same.
    ...(isIP(serverName) === 0 && { servername: serverName }),
    ...(ca !== undefined && { ca }),
    checkServerIdentity: (_name, certificate) => checkServerIdentity(serverName, certificate),
  });
  return new Promise((resolve, reject) => {
    const giveUp = (reason: Error): void => {
      plain.destroy();
      reject(reason);
    };
    // More than one may come.
    const fail = (error: Error): void => giveUp(new TransportError("connection-refused", `no encrypted connection to ${serverName}: ${error.message}`, { cause: error, retryable: false }));
    socket.on("error", fail);
    const stopListening = onAbort(signal, () => giveUp(signal?.reason as Error));
    socket.once("secureConnect", () => {
      stopListening();
      socket.removeListener("error", fail);
      resolve(socket);
    });
  });
}
