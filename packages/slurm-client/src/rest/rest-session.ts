import type { Cancellable, Clock, Transport } from "@hpckit/core";
import { z } from "zod";
import type { SlurmPrograms } from "../cluster/slurm-command.js";
import { SlurmMissingError, SlurmRestError } from "../error/slurm-error.js";
import { traitsOf, knownVersions, type ApiTraits, type ApiVersion } from "./api-version.js";
import { createAuthenticatedSender } from "./authenticated-sender.js";
import { createHttpClient } from "./http/http-client.js";
import type { HttpRequest } from "./http/http-message.js";
import { openConnection } from "./http/open-connection.js";
import { connectAddress, type RestOptions } from "./rest-options.js";
import { restFailure, type RestReply } from "./rest-reply.js";
import { createTokenKeeper } from "./token-source.js";

export interface RestRequest extends Pick<HttpRequest, "method" | "beforeSending" | "signal"> {
  /** Whom slurmrestd asks: slurmctld or slurmdbd. */
  readonly daemon: "slurm" | "slurmdb";
  /** Below the version, e.g. `job/12`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly body?: unknown;
}

/** Of jobs, in one request: an address of 3 KB. slurmrestd takes ten times that, but what stands before it often no more than 8. */
export const mostIdsOfAnAddress = 200;

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
    open: (opening) => openConnection(context.transport, connectAddress(address), "tls" in address ? address.tls : undefined, opening),
    host: "socketPath" in address ? "localhost" : `${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`,
    timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
    mostResponseBytes: options.mostResponseBytes ?? defaults.mostResponseBytes,
    idleMs,
  });
  const sender = createAuthenticatedSender({ http, clock: context.clock, token: createTokenKeeper(token, context), user, mostConnections });
  const { version, cluster } = await findVersion(sender, { signal });
  const send: RestSession["send"] = ({ daemon, path, query = {}, body, ...request }) =>
    sender({ ...request, path: `/${daemon}/${version.text}/${path}${formatQuery(query)}`, body: body === undefined ? undefined : JSON.stringify(body) });
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

/** `slurm` from v0.0.40 on. */
const pingSchema = z.looseObject({ meta: z.looseObject({ slurm: z.looseObject({ cluster: z.string().min(1) }).optional().catch(undefined) }) });

/**
 * An address of a version that the server lacks is answered with 404; a ping of one that it has can fail, and is known all the same by what
 * slurmrestd says of itself.
 */
async function findVersion(send: (request: HttpRequest) => Promise<RestReply>, { signal }: Cancellable): Promise<Pick<RestSession, "version" | "cluster">> {
  for (const version of knownVersions) {
    const reply = await send({ method: "GET", path: `/slurm/${version.text}/ping`, signal }).catch(noneIfMissing);
    if (reply === undefined || reply.status === 404) continue;
    const ping = pingSchema.safeParse(reply.body);
    if (!ping.success) break;
    return { version, cluster: ping.data.meta.slurm?.cluster };
  }
  throw new SlurmMissingError(`what answers is no slurmrestd, or speaks none of ${knownVersions.map(({ text }) => text).join(", ")}`);
}

function noneIfMissing(error: unknown): undefined {
  if (!(error instanceof SlurmRestError) || error.detail["status"] !== 404) throw error;
}

function formatQuery(query: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => (typeof value === "string" ? [value] : value).map((one) => `${name}=${encodeURIComponent(one)}`));
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
