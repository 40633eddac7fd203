import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { connect as secure } from "node:tls";
import type { Duplex } from "node:stream";
import { AbortedError, TimeoutError, type Cancellable, type Transport } from "@hpckit/core";

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** No answer of a registry that is read here is larger. */
const mostBytes = 8 * 2 ** 20;

export interface AskOptions extends Cancellable {
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds from the call to the end of the answer (default: 30 seconds). */
  readonly timeoutMs?: number | undefined;
}

/**
 * Asks once, by a connection that is made from over there; a new one each time, for there are three at most.
 * @throws TimeoutError for a registry, or a firewall before it, that takes the connection and says nothing.
 */
export async function ask(on: Transport, url: URL, { headers, signal, timeoutMs = 30_000 }: AskOptions): Promise<RegistryAnswer> {
  const patience = AbortSignal.timeout(timeoutMs);
  try {
    return await askUntil(signal === undefined ? patience : AbortSignal.any([signal, patience]), on, url, headers);
  } catch (error) {
    if (signal?.aborted === true) throw new AbortedError(`the question to ${url.host} was aborted`, { cause: error });
    if (patience.aborted) throw new TimeoutError(`no answer within ${timeoutMs / 1000} s`, { cause: error });
    throw error;
  }
}

async function askUntil(signal: AbortSignal, on: Transport, url: URL, headers: Readonly<Record<string, string>>): Promise<RegistryAnswer> {
  const isSecure = url.protocol === "https:";
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  const tunnel = await on.connect({ host, port: Number(url.port === "" ? (isSecure ? 443 : 80) : url.port) }, { signal });
  const connection: Duplex = isSecure ? secure({ socket: tunnel, ...(isIP(host) === 0 && { servername: host }) }) : tunnel;
  try {
    return await exchange(connection, url, headers, signal);
  } finally {
    connection.destroy();
    tunnel.destroy();
  }
}

const exchange = (connection: Duplex, url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RegistryAnswer> =>
  new Promise((resolve, reject) => {
    connection.once("error", reject);
    const sent = httpRequest({ createConnection: () => connection, host: url.hostname, path: `${url.pathname}${url.search}`, headers: { ...headers, host: url.host, connection: "close" }, signal });
    sent.once("error", reject);
    sent.once("response", (response) => {
      const pieces: Buffer[] = [];
      let size = 0;
      response.on("data", (piece: Buffer) => {
        size += piece.length;
        if (size > mostBytes) response.destroy(new Error(`an answer of more than ${mostBytes} bytes`));
        else pieces.push(piece);
      });
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }));
    });
    sent.end();
  });
