import type { Agent } from "node:http";
import { TransportError } from "@hpckit/core";
import { createAgent, type AgentOptions } from "./duplex-agent.js";
import { exchange, type ExchangeOptions } from "./exchange.js";
import type { HttpRequest, HttpResponse } from "./http-message.js";

export interface HttpClientOptions extends ExchangeOptions {
  /** Opens one connection to the server, encrypted if need be. */
  readonly open: AgentOptions["open"];
  /** How long a connection may lie idle, in milliseconds. */
  readonly idleMs: number;
}

/** What changes something is never repeated, so it goes over a connection that answered just now, or a new one: an idle one may be closing. */
const warmMs = 1000;

/** HTTP/1.1 over connections of a transport. Follows no redirect, and repeats nothing that may have arrived. */
export interface HttpClient {
  /**
   * @throws TransportError: `connection-refused` if nothing was sent, `reply-incomplete` if the answer was cut or never came,
   * `output-too-large`; TimeoutError, AbortedError. What the server did is not known after these, if `beforeSending` was called.
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
  return { send };
}
