import type { Agent, IncomingMessage, RequestOptions } from "node:http";
import type { Duplex } from "node:stream";
import { AbortedError, HpckitError, TimeoutError, TransportError } from "@hpckit/core";
import { createAgent } from "./duplex-agent.js";
import type { HttpRequest, HttpResponse } from "./http-message.js";
import { createTurns } from "./turns.js";
import { readBody } from "./read-body.js";

export interface HttpClientOptions {
  /** Opens one connection to the server, encrypted if need be. */
  readonly open: () => Promise<Duplex>;
  /** The value of the header `Host`. */
  readonly host: string;
  /** At a time; requests beyond it wait for their turn. */
  readonly mostConnections: number;
  /** For one request with all of its answer. */
  readonly timeoutMs: number;
  /** Of an answer, unpacked. */
  readonly mostResponseBytes: number;
  /** How long a connection may lie idle, in milliseconds. */
  readonly idleMs: number;
}

/** What changes something is never repeated, so it goes over a connection that answered just now, or a new one: an idle one may be closing. */
const warmMs = 1000;

/** HTTP/1.1 over connections of a transport. Follows no redirect, and repeats nothing that may have arrived. */
export interface HttpClient {
  /**
   * @throws TransportError: `connection-refused` if nothing was sent, `reply-incomplete` if the answer was cut or never came,
   * `output-too-large`; TimeoutError, AbortedError. After these but the first it is not known what the server did.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agent = (idleMs: number): (() => Promise<Agent>) => {
    let made: Promise<Agent> | undefined;
    return () => (made ??= createAgent({ open: options.open, idleMs }));
  };
  const kept = agent(options.idleMs);
  const warm = agent(Math.min(options.idleMs, warmMs));
  const fresh = agent(0);
  async function send(request: HttpRequest): Promise<HttpResponse> {
    if (request.method !== "GET") return exchange(await warm(), request, options);
    try {
      return await exchange(await kept(), request, options);
    } catch (error) {
      // The server may close an idle connection just when it is used again. Reading twice does no harm.
      if (!(error instanceof TransportError) || error.detail["staleConnection"] !== true) throw error;
      return exchange(await fresh(), request, options);
    }
  }
  // The agent's own limit does not count connections that are still being opened.
  const turns = createTurns(options.mostConnections);
  return { send: (request) => turns(() => send(request)) };
}

async function exchange(agent: Agent, { method, path, headers, body, signal }: HttpRequest, options: HttpClientOptions): Promise<HttpResponse> {
  const what = `${method} ${path.split("?")[0] ?? ""}`;
  if (signal?.aborted === true) throw new AbortedError(`${what} was aborted`, { cause: signal.reason });
  const { request: startRequest } = await import("node:http");
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new TimeoutError(`${what}: no whole answer within ${options.timeoutMs} ms`)), options.timeoutMs);
  const abort = (): void => stop.abort(new AbortedError(`${what} was aborted`, { cause: signal?.reason }));
  signal?.addEventListener("abort", abort, { once: true });
  const settings: RequestOptions = {
    agent,
    method,
    path,
    headers: { host: options.host, accept: "application/json", "accept-encoding": "gzip", ...headers, ...(body !== undefined && { "content-length": Buffer.byteLength(body) }) },
  };
  let answer: IncomingMessage | undefined;
  const request = startRequest(settings);
  try {
    return await new Promise<HttpResponse>((resolve, reject) => {
      stop.signal.addEventListener("abort", () => {
        reject(stop.signal.reason as Error);
        request.destroy();
      });
      request.on("error", (error) => {
        // slurmrestd 26.05.5 says that it closes the connection, and sends some more behind the whole answer: that is not looked at.
        if (answer?.complete !== true) reject(error);
      });
      request.on("response", (response: IncomingMessage) => {
        answer = response;
        readBody(response, options.mostResponseBytes).then((text) => resolve({ status: response.statusCode ?? 0, contentType: typeOf(response), body: text }), reject);
      });
      request.end(body);
    });
  } catch (error) {
    request.destroy();
    throw asTransportError(error, what, request.reusedSocket && answer === undefined);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

const typeOf = ({ headers }: IncomingMessage): string => (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

function asTransportError(error: unknown, what: string, staleConnection: boolean): unknown {
  if (error instanceof HpckitError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TransportError("reply-incomplete", `${what}: the answer was cut, or never came: ${message}`, { cause: error, detail: { staleConnection } });
}
