import { redact, type Cancellable, type Clock, type Secret, type Transport } from "@hpckit/core";
import { z } from "zod";
import type { SlurmPrograms } from "../cluster/slurm-command.js";
import { RestAuthenticationError, SlurmMissingError, SlurmRestError } from "../error/slurm-error.js";
import { traitsOf, knownVersions, type ApiTraits, type ApiVersion } from "./api-version.js";
import { createHttpClient, type HttpClient } from "./http/http-client.js";
import type { HttpRequest } from "./http/http-message.js";
import { openConnection } from "./http/open-connection.js";
import { connectAddress, type RestOptions } from "./rest-options.js";
import { mayBeRefused, readReply, restFailure, type RestReply } from "./rest-reply.js";
import { createTokenKeeper, expiresAtSeconds, type TokenKeeper } from "./token-source.js";


export interface RestRequest extends Cancellable {
  readonly method: "GET" | "POST" | "DELETE";
  /** Whom slurmrestd asks: slurmctld or slurmdbd. */
  readonly daemon: "slurm" | "slurmdb";
  /** Below the version, e.g. `job/12`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly body?: unknown;
}

/** One slurmrestd, in the newest version that both sides know. */
export interface RestSession {
  readonly version: ApiVersion;
  readonly traits: ApiTraits;
  /** The cluster that it speaks for; undefined where it does not say, as before v0.0.40. */
  readonly cluster: string | undefined;
  /** Whose jobs. */
  readonly user: string;
  /** At a time. */
  readonly mostConnections: number;
  /**
   * Asks once; a second time only if the token was refused and there is another.
   * @returns the answer with its problems, also where it is of failure alone: what a number means is the caller's to say.
   */
  send(request: RestRequest): Promise<RestReply>;
  /** As `send`. @throws {@link restFailure} for any problem that is not `accepted` by number. */
  ask(request: RestRequest, accepted?: readonly number[]): Promise<RestReply>;
}

interface Connection {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly token: TokenKeeper;
  readonly user: string;
}

export interface SessionContext {
  readonly transport: Transport;
  readonly programs: SlurmPrograms;
  readonly clock: Clock;
}

const defaults = { timeoutMs: 60_000, mostConnections: 4, mostResponseBytes: 256 * 1024 ** 2 } as const;
const idleMs = 5000;

/**
 * Finds the version to speak.
 * @throws SlurmMissingError if what answers speaks none that is known; RestAuthenticationError, TransportError.
 */
export async function openRestSession(options: RestOptions, context: SessionContext, { signal }: Cancellable = {}): Promise<RestSession> {
  const { address, token, user = context.transport.target.user, mostConnections = defaults.mostConnections } = options;
  const http = createHttpClient({
    open: () => openConnection(context.transport, connectAddress(address), "tls" in address ? address.tls : undefined),
    host: "socketPath" in address ? "localhost" : `${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`,
    timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
    mostConnections,
    mostResponseBytes: options.mostResponseBytes ?? defaults.mostResponseBytes,
    idleMs,
  });
  const connection = { http, clock: context.clock, token: createTokenKeeper(token, context), user };
  const { version, cluster } = await findVersion(connection, { signal });
  const send: RestSession["send"] = ({ daemon, path, query = {}, body, method, signal: given }) =>
    sendAuthenticated(connection, {
      method,
      path: `/${daemon}/${version.text}/${path}${formatQuery(query)}`,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: given,
    });
  return {
    version,
    traits: traitsOf(version),
    cluster,
    user,
    mostConnections,
    send,
    async ask(request, accepted = []) {
      const reply = await send(request);
      const unaccepted = reply.problems.filter(({ number }) => number === undefined || !accepted.includes(number));
      if (unaccepted.length > 0) throw restFailure({ ...reply, problems: unaccepted }, `slurmrestd ${request.method} ${request.path}`);
      return reply;
    },
  };
}

const metaSchema = z.looseObject({ meta: z.looseObject({ slurm: z.looseObject({ cluster: z.string().min(1) }) }) });

/** An address of a version that the server lacks is answered with 404, by itself; a ping of one that it has can fail, and is known all the same. */
async function findVersion(connection: Connection, { signal }: Cancellable): Promise<Pick<RestSession, "version" | "cluster">> {
  for (const version of knownVersions) {
    try {
      const { body } = await sendAuthenticated(connection, { method: "GET", path: `/slurm/${version.text}/ping`, signal });
      return { version, cluster: metaSchema.safeParse(body).data?.meta.slurm.cluster };
    } catch (error) {
      if (!(error instanceof SlurmRestError) || error.detail["status"] !== 404) throw error;
    }
  }
  throw new SlurmMissingError(`what answers is no slurmrestd, or speaks none of ${knownVersions.map(({ text }) => text).join(", ")}`);
}

async function sendAuthenticated(connection: Connection, request: HttpRequest): Promise<RestReply> {
  const token = await connection.token.current();
  let refused: RestReply | RestAuthenticationError;
  try {
    const reply = await sendWith(connection, request, token);
    // 22.05's controller does not say that it is the token.
    if (!mayBeRefused(reply) && !(hasEnded(token, connection.clock) && reply.problems.some(({ number }) => number === -1))) return reply;
    refused = reply;
  } catch (error) {
    if (!(error instanceof RestAuthenticationError)) throw error;
    refused = error;
  }
  const next = connection.token.refused(token) ? await connection.token.current() : token;
  // A refused request did nothing: it may be sent again, whatever it is.
  if (next?.reveal() !== token?.reveal()) return sendWith(connection, request, next);
  if (hasEnded(token, connection.clock)) {
    throw new RestAuthenticationError(`the token for slurmrestd has ended (${describeEnd(token)}), and its source gave no other: renew it`, refused instanceof Error ? { cause: refused } : {});
  }
  if (refused instanceof RestAuthenticationError) throw refused;
  return refused;
}

const endOf = (token: Secret | undefined): number => (token === undefined ? undefined : expiresAtSeconds(token.reveal())) ?? Infinity;
const hasEnded = (token: Secret | undefined, clock: Clock): boolean => endOf(token) * 1000 <= clock.now();
const describeEnd = (token: Secret | undefined): string => new Date(endOf(token) * 1000).toISOString();

async function sendWith({ http, user }: Connection, request: HttpRequest, token: Secret | undefined): Promise<RestReply> {
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

function formatQuery(query: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => (typeof value === "string" ? [value] : value).map((one) => `${name}=${encodeURIComponent(one)}`));
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
