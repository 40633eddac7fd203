import { open } from "node:fs/promises";
import { HpckitError, Secret, sh, type Cancellable, type Clock, type Transport } from "@hpckit/core";
import { askSlurm, type SlurmPrograms } from "../cluster/slurm-command.js";
import { untilAborted } from "../concurrency/until-aborted.js";
import { RestAuthenticationError } from "../error/slurm-error.js";
import type { RestTokenSource } from "./rest-options.js";

/** The token of one connection to slurmrestd. */
export interface TokenKeeper {
  /** One that is good for a while; undefined where none is used. Many callers at once read it once. @throws RestAuthenticationError, AbortedError */
  current(options: Cancellable): Promise<Secret | undefined>;
  /** The server refused this one. @returns whether there may be another. */
  refused(token: Secret | undefined): boolean;
}

interface TokenContext {
  readonly transport: Transport;
  readonly programs: SlurmPrograms;
  readonly clock: Clock;
}

/** So long before its end a token is no longer used, in seconds. */
const marginSeconds = 30;
/** For a source to give a token: all requests wait for it. */
const patienceMs = 60_000;
const defaultLifespanSeconds = 1800;

export function createTokenKeeper(source: RestTokenSource | undefined, context: TokenContext): TokenKeeper {
  let kept: Promise<Secret> | undefined;
  let value: Secret | undefined;
  let hadOne = false;

  async function read(from: RestTokenSource): Promise<Secret> {
    value = await readToken(from, context, hadOne);
    hadOne = true;
    return value;
  }
  return {
    async current(options) {
      if (source === undefined) return undefined;
      if (value !== undefined && endsSoon(value, context.clock)) kept = value = undefined;
      kept ??= read(source).catch((error: unknown) => {
        kept = undefined;
        throw error;
      });
      return untilAborted(kept, options);
    },
    refused(token) {
      // Another call may have read a new one meanwhile.
      if (token === value) kept = value = undefined;
      return source !== undefined && !(source instanceof Secret);
    },
  };
}

/** What is no token is not sent: it could split the header that carries it. @param hadOne - from this source, before. */
async function readToken(source: RestTokenSource, context: TokenContext, hadOne: boolean): Promise<Secret> {
  const signal = AbortSignal.timeout(patienceMs);
  const given = await untilAborted(giveToken(source, context, { signal }), { signal }).catch((error: unknown) => {
    if (signal.aborted) throw new RestAuthenticationError(`no token for slurmrestd: its source gave none within ${patienceMs} ms`, { cause: error });
    if (isFile(source) && error instanceof RestAuthenticationError) throw error;
    throw isFile(source) ? unreadable(source, error, context, hadOne) : new RestAuthenticationError(`no token for slurmrestd: ${error instanceof HpckitError ? error.message : "its source failed"}`, { cause: error });
  });
  const text = /^(?:SLURM_JWT=)?([\w-]+\.[\w-]+\.[\w-]+)\s*$/.exec(given)?.[1];
  if (text === undefined) throw new RestAuthenticationError(`what should hold the token of slurmrestd ${given.trim() === "" ? "holds none" : "is no JWT"}: ${describe(source)}`);
  return new Secret(text);
}

async function giveToken(source: RestTokenSource, { transport, programs }: TokenContext, options: Cancellable): Promise<string> {
  if (source instanceof Secret) return source.reveal();
  if (typeof source === "function") return (await source()).reveal();
  if ("scontrol" in source) return makeToken(transport, programs, source.scontrol.lifespanSeconds ?? defaultLifespanSeconds, options);
  return source.on === "here" ? readHere(source) : readThere(source, transport, options);
}

/** Content and permissions are of one and the same file, whatever is renamed meanwhile. */
async function readHere(source: TokenFile): Promise<string> {
  await using handle = await open(source.file, "r");
  const { mode, uid } = await handle.stat();
  if (uid !== 0 && uid === process.getuid?.()) refuseLoose(source, mode, "this machine");
  return await handle.readFile("utf8");
}

async function readThere(source: TokenFile, transport: Transport, options: Cancellable): Promise<string> {
  const mode = await transport.exec(["/bin/sh", "-c", sh`[ "$(id -u)" -eq 0 ] || [ ! -O ${source.file} ] || stat -L -c %a -- ${source.file}`.shell], options);
  if (/^[0-7]{1,4}\n$/.test(mode.stdout)) refuseLoose(source, Number.parseInt(mode.stdout, 8), transport.target.host);
  return new TextDecoder().decode(await transport.readFile(source.file, options));
}

/** What others may read is no secret any more. Files of others, and all of root's, are not ours to judge: on a container's mount nobody can close them. */
function refuseLoose({ file }: TokenFile, mode: number, place: string): void {
  if ((mode & 0o077) !== 0) throw new RestAuthenticationError(`no token for slurmrestd: others may read the token's file ${file} on ${place} (mode 0${(mode & 0o777).toString(8)}); chmod 600 it`, { retryable: false });
}

async function makeToken(transport: Transport, programs: SlurmPrograms, lifespanSeconds: number, options: Cancellable): Promise<string> {
  const result = await askSlurm(transport, programs, ["scontrol", "token", `lifespan=${lifespanSeconds}`], options);
  // What it prints on success is the secret; an error goes to stderr.
  if (!result.ok) throw new RestAuthenticationError(`scontrol makes no token for ${transport.target.user}: ${result.stderr.trim().slice(-500)}`);
  return /^SLURM_JWT=\S+$/m.exec(result.stdout)?.[0] ?? "";
}

type TokenFile = Extract<RestTokenSource, { readonly file: string }>;

const isFile = (source: RestTokenSource): source is TokenFile => !(source instanceof Secret) && "file" in source;

/** One that held a token before can be away for an instant, while it is replaced; one that never did is not where it was said to be. */
function unreadable({ file, on }: TokenFile, error: unknown, { transport: { target } }: TokenContext, hadOne: boolean): RestAuthenticationError {
  const place = on === "here" ? "on this machine" : `on ${target.host}`;
  const why = isAbsent(error) ? `there is no ${file} ${place}` : `${file} ${place} cannot be read (${error instanceof Error ? error.message : String(error)})`;
  const next = hadOne ? "there was one before: what renews it must write it again (a new file that is moved over the old one leaves no gap); try again then" : "have the token written there, or name another source with { rest: { token } }";
  return new RestAuthenticationError(`no token for slurmrestd: ${why}; ${next}`, { cause: error, retryable: hadOne || (error instanceof HpckitError && error.retryable) });
}

const isAbsent = (error: unknown): boolean => error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "file-not-found");

function describe(source: RestTokenSource): string {
  if (source instanceof Secret) return "the secret";
  if (typeof source === "function") return "what the function gave";
  return "file" in source ? source.file : "scontrol token";
}

function endsSoon(token: Secret, clock: Clock): boolean {
  const end = expiresAtSeconds(token.reveal());
  return end !== undefined && end - clock.now() / 1000 < marginSeconds;
}

/** When a token says that it ends, in seconds since the epoch; its signature is the server's to check. @see RFC 7519, `exp` */
export function expiresAtSeconds(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const end = typeof claims === "object" && claims !== null && "exp" in claims ? claims.exp : undefined;
    return typeof end === "number" ? end : undefined;
  } catch {
    return undefined;
  }
}
