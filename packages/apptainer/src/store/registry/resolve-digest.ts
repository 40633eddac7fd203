import { createHash } from "node:crypto";
import { HpckitError, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { ImageError } from "../../error/apptainer-errors.js";
import { formatReference, type DockerImage, type OrasImage } from "../../image/image-reference.js";
import { parseChallenge, type Challenge } from "./challenge.js";
import type { RegistryCredentials } from "./registry-credentials.js";
import { ask, type RegistryAnswer } from "./request.js";

export interface ResolveDigestOptions extends Cancellable {
  readonly credentials?: RegistryCredentials | undefined;
  /** Whether it speaks plain HTTP. */
  readonly insecure: boolean;
}

/** Lists come first: their digest is right on every architecture, and says of each what it is. */
const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Asks a registry which image a tag means now, and fetches none. The connection is made from over there: what the machine reaches
 * counts, not this one.
 * @throws ImageError `reference-unresolved`: the registry does not know it, wants a name and password, is out of reach, or says nothing
 * for 30 seconds.
 * @see the OCI distribution specification, Pulling manifests
 */
export async function resolveDigest(reference: DockerImage | OrasImage, on: Transport, options: ResolveDigestOptions): Promise<string> {
  const url = manifestUrl(reference, options.insecure);
  try {
    const first = await ask(on, url, { headers: { accept: accepted }, signal: options.signal });
    const answer = first.status === 401 ? await signedIn(first, on, url, options) : first;
    if (answer.status !== 200) throw unresolved(reference, on, statusWords(answer.status, options));
    return digestOf(answer);
  } catch (error) {
    if (options.signal?.aborted === true || error instanceof ImageError) throw error;
    const reason = error instanceof HpckitError || error instanceof Error ? error.message : String(error);
    throw unresolved(reference, on, `${url.host} cannot be asked: ${reason}`, error);
  }
}

function manifestUrl({ registry, repository, tag, digest }: DockerImage | OrasImage, insecure: boolean): URL {
  const hub = registry === undefined || registry === "docker.io" || registry === "index.docker.io";
  const path = hub && !repository.includes("/") ? `library/${repository}` : repository;
  return new URL(`${insecure ? "http" : "https"}://${hub ? "registry-1.docker.io" : registry}/v2/${path}/manifests/${digest ?? tag ?? "latest"}`);
}

async function signedIn({ headers }: RegistryAnswer, on: Transport, url: URL, options: ResolveDigestOptions): Promise<RegistryAnswer> {
  const challenge = parseChallenge(headers["www-authenticate"]);
  const basic = options.credentials === undefined ? undefined : `Basic ${Buffer.from(`${options.credentials.username}:${options.credentials.password.reveal()}`).toString("base64")}`;
  const authorization = challenge?.scheme === "bearer" ? await tokenFor(challenge, basic, on, options) : basic;
  return ask(on, url, { headers: { accept: accepted, ...(authorization !== undefined && { authorization }) }, signal: options.signal });
}

const tokenSchema = z.union([z.object({ token: z.string() }), z.object({ access_token: z.string() })]);

/** A password goes only where the registry sends us by a connection that nobody reads, or where none was to be had. */
async function tokenFor({ parameters: { realm = "", ...parameters } }: Challenge, basic: string | undefined, on: Transport, options: ResolveDigestOptions): Promise<string | undefined> {
  const url = new URL(realm);
  if (url.protocol !== "https:" && !(options.insecure && url.protocol === "http:")) throw new Error(`it sends for a token to ${url.origin}, which is not https`);
  for (const name of ["service", "scope"]) if (parameters[name] !== undefined) url.searchParams.set(name, parameters[name]);
  const answer = await ask(on, url, { headers: basic === undefined ? {} : { authorization: basic }, signal: options.signal });
  if (answer.status !== 200) return undefined;
  const given = tokenSchema.parse(JSON.parse(new TextDecoder().decode(answer.body)));
  return `Bearer ${"token" in given ? given.token : given.access_token}`;
}

/** The body is what is pulled later, so its own digest is the truth; a header that says otherwise is a lie. */
function digestOf({ headers, body }: RegistryAnswer): string {
  const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
  const told = headers["docker-content-digest"];
  if (typeof told === "string" && told.startsWith("sha256:") && told !== digest) throw new Error(`it says that the manifest is ${told}, and sent ${digest}`);
  return digest;
}

function statusWords(status: number, { credentials }: ResolveDigestOptions): string {
  if (status === 404) return "the registry knows no such image";
  if (status === 401 || status === 403) return credentials === undefined ? "the registry wants a name and a password: give them as `credentials` for this registry" : "the registry does not let this account have it";
  return `the registry answers with status ${status}`;
}

const unresolved = (reference: DockerImage | OrasImage, on: Transport, reason: string, cause?: unknown): ImageError => {
  const text = formatReference(reference);
  return new ImageError("reference-unresolved", `${text} could not be resolved from ${on.target.host}: ${reason}. Where no registry can be asked, write the digest behind it (${text}@sha256:…), or lock it (lockImages) from a machine that can ask`, { detail: { reference: text }, cause });
};
