import type { Agent, IncomingMessage } from "node:http";
import { AbortedError, HpckitError, onAbort, TimeoutError, TransportError, type Cancellable } from "@hpckit/core";
import type { AgentRequestOptions } from "./duplex-agent.js";
import type { HttpRequest, HttpResponse } from "./http-message.js";
import { readBody } from "./read-body.js";

export interface ExchangeOptions {
  /** The value of the header `Host`. */
  readonly host: string;
  /** For one request: to be connected, to be sent, and to have all of its answer. */
  readonly timeoutMs: number;
  /** Of an answer, unpacked. */
  readonly mostResponseBytes: number;
}

/** How far a request came. */
interface Progress {
  readonly what: string;
  isSent: boolean;
  answer: IncomingMessage | undefined;
}

/** One request and its answer. */
export async function exchange(agent: Agent, { method, path, headers, body, signal, beforeSending }: HttpRequest, { host, timeoutMs, mostResponseBytes }: ExchangeOptions): Promise<HttpResponse> {
  const progress: Progress = { what: `${method} ${path.split("?")[0] ?? ""}`, isSent: false, answer: undefined };
  if (signal?.aborted === true) throw aborted(progress, signal);
  const { request: startRequest } = await import("node:http");
  const limit = limitOf(progress, timeoutMs, { signal });
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  const settings: AgentRequestOptions = { agent, method, path, giveUp: limit.signal, headers: { host, accept: "application/json", "accept-encoding": "gzip", ...headers, ...length } };
  const request = startRequest(settings);
  try {
    return await new Promise<HttpResponse>((resolve, reject) => {
      onAbort(limit.signal, () => reject(limit.signal.reason as Error));
      request.on("error", (error) => {
        // slurmrestd 26.05.5 says that it closes the connection, and sends some more behind the whole answer: that is not looked at.
        if (progress.answer?.complete !== true) reject(error);
      });
      request.on("response", (response) => {
        progress.answer = response;
        readBody(response, mostResponseBytes).then((text) => resolve({ status: response.statusCode ?? 0, contentType: typeOf(response), body: text }), reject);
      });
      // Nothing is written before there is a connection, so that it is known of what was not sent.
      request.once("socket", () => {
        const refusal = beforeSending?.();
        progress.isSent = refusal === undefined;
        if (refusal === undefined) request.end(body);
        else reject(refusal);
      });
    });
  } catch (error) {
    request.destroy();
    throw asTransportError(error, progress, request.reusedSocket);
  } finally {
    limit.end();
  }
}

/** Ends a request when its time is over, or nobody waits for it any more. */
function limitOf(progress: Progress, timeoutMs: number, { signal }: Cancellable): { readonly signal: AbortSignal; readonly end: () => void } {
  const stop = new AbortController();
  const late = (): TimeoutError => new TimeoutError(`${progress.what}: no ${progress.isSent ? "whole answer" : "connection"} within ${timeoutMs} ms`, { retryable: !progress.isSent });
  const timer = setTimeout(() => stop.abort(late()), timeoutMs);
  const stopListening = onAbort(signal, () => stop.abort(aborted(progress, signal)));
  return {
    signal: stop.signal,
    end() {
      clearTimeout(timer);
      stopListening();
    },
  };
}

const aborted = ({ what, isSent }: Progress, signal: AbortSignal | undefined): AbortedError => new AbortedError(`${what} was aborted${isSent ? "" : "; nothing was sent"}`, { cause: signal?.reason });

const typeOf = ({ headers }: IncomingMessage): string => (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

function asTransportError(error: unknown, { what, isSent, answer }: Progress, isReused: boolean): unknown {
  if (error instanceof HpckitError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!isSent) return new TransportError("connection-refused", `${what}: no connection: ${message}`, { cause: error });
  return new TransportError("reply-incomplete", `${what}: the answer was cut, or never came: ${message}`, { cause: error, detail: { staleConnection: isReused && answer === undefined } });
}
