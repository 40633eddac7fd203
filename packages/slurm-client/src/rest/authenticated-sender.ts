import { redact, type Clock, type Secret } from "@hpckit/core";
import { RestAuthenticationError } from "../error/slurm-error.js";
import type { HttpClient } from "./http/http-client.js";
import type { HttpRequest } from "./http/http-message.js";
import { createTurns } from "./http/turns.js";
import { findRefusal, readReply, type RestReply } from "./rest-reply.js";
import { expiresAtSeconds, type TokenKeeper } from "./token-source.js";

export interface SenderOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly token: TokenKeeper;
  /** Whose jobs. */
  readonly user: string;
  /** At a time; requests beyond it wait for their turn, and leave the line when they are aborted. */
  readonly mostConnections: number;
}

/**
 * Sends requests with a token: once, and a second time if the token was refused and there is another. What changes something is sent again only
 * where the refusal is certain: then it did nothing.
 */
export function createAuthenticatedSender(options: SenderOptions): (request: HttpRequest) => Promise<RestReply> {
  const turns = createTurns(options.mostConnections);
  // A token that was read before the wait could have ended since.
  return (request) => turns(() => sendInTurn(options, request), request);
}

async function sendInTurn(options: SenderOptions, request: HttpRequest): Promise<RestReply> {
  const token = await options.token.current(request);
  let refused: RestReply | RestAuthenticationError;
  try {
    const reply = await sendWith(options, request, token);
    const refusal = findRefusal(reply, hasEnded(token, options.clock));
    // Reading twice does no harm.
    if (refusal === undefined || (refusal === "possible" && request.method !== "GET")) return reply;
    refused = reply;
  } catch (error) {
    if (!(error instanceof RestAuthenticationError)) throw error;
    refused = error;
  }
  if (token === undefined && isCertain(refused)) throw noneGiven(refused);
  const next = options.token.refused(token) ? await options.token.current(request) : token;
  if (next?.reveal() !== token?.reveal()) return sendWith(options, request, next);
  if (hasEnded(token, options.clock)) {
    throw new RestAuthenticationError(`the token for slurmrestd has ended (${describeEnd(token)}), and its source gave no other: renew it`, refused instanceof Error ? { cause: refused } : {});
  }
  if (refused instanceof RestAuthenticationError) throw refused;
  return refused;
}

const isCertain = (refused: RestReply | RestAuthenticationError): boolean => refused instanceof RestAuthenticationError || findRefusal(refused, false) === "certain";

const noneGiven = (refused: RestReply | RestAuthenticationError): RestAuthenticationError =>
  new RestAuthenticationError("slurmrestd wants a token, and none was given: name its source with { rest: { token } }", { retryable: false, ...(refused instanceof Error && { cause: refused }) });

const endOf = (token: Secret | undefined): number => (token === undefined ? undefined : expiresAtSeconds(token.reveal())) ?? Infinity;
const hasEnded = (token: Secret | undefined, clock: Clock): boolean => endOf(token) * 1000 <= clock.now();
const describeEnd = (token: Secret | undefined): string => new Date(endOf(token) * 1000).toISOString();

async function sendWith({ http, user }: SenderOptions, request: HttpRequest, token: Secret | undefined): Promise<RestReply> {
  const headers = {
    "x-slurm-user-name": user,
    ...(token !== undefined && { "x-slurm-user-token": token.reveal() }),
    ...(request.body !== undefined && { "content-type": "application/json" }),
  };
  const what = `slurmrestd ${request.method} ${request.path.split("?")[0] ?? ""}`;
  const response = await http.send({ ...request, headers });
  // A server, or what stands before it, may repeat a request in its complaint.
  const body = token === undefined || response.status < 300 ? response.body : redact(response.body, [token]);
  return readReply({ ...response, body }, what);
}
