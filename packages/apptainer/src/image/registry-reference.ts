import { OptionsError } from "@hpckit/core";

/** Where in a registry an image is, and which one. */
export interface RegistryReference {
  /** `host` or `host:port`; undefined for the engine's default, Docker Hub. */
  readonly registry: string | undefined;
  readonly repository: string;
  /** What people call the version; another image may have it tomorrow. */
  readonly tag: string | undefined;
  /** What it is: `sha256:…`. With a digest the tag is only a remark. */
  readonly digest: string | undefined;
}

const host = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\d+)?$/;
const repository = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const tag = /^\w[\w.-]{0,127}$/;
const digest = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** The first part of a name is a host if it looks like one; otherwise it belongs to the repository. */
const isHost = (part: string): boolean => part === "localhost" || /[.:]/.test(part);

/**
 * Reads `host:port/repository:tag@sha256:…`.
 * @param needsHost - for registries that have no default host (oras).
 * @throws OptionsError that says which part is wrong.
 * @see the grammar of distribution/reference, which Apptainer uses; an IPv6 address is no host there (1.4.5)
 */
export function parseRegistryReference(text: string, { subject, needsHost }: { readonly subject: string; readonly needsHost: boolean }): RegistryReference {
  const refuse = (message: string): never => {
    throw new OptionsError(subject, [{ path: "", message: `${JSON.stringify(text)}: ${message}` }]);
  };
  const [named = "", given, ...tooMany] = text.split("@");
  if (tooMany.length > 0) refuse('there is more than one "@"');
  if (given !== undefined && !digest.test(given)) refuse(`${JSON.stringify(given)} is no digest: sha256: and 64 of 0-9a-f`);
  const tagged = /^(.*):([^/:]*)$/.exec(named);
  const [path, version] = tagged === null ? [named, undefined] : [tagged[1] ?? "", tagged[2] ?? ""];
  if (version !== undefined && !tag.test(version)) refuse(`${JSON.stringify(version)} is no tag: letters, digits, "_", "." and "-", at most 128`);
  const slash = path.indexOf("/");
  const first = path.slice(0, Math.max(slash, 0));
  const registry = slash > 0 && isHost(first) ? first : undefined;
  if (registry === undefined && needsHost) refuse("it needs a host: host:port/repository");
  if (registry !== undefined && (!host.test(registry) || Number(registry.split(":")[1] ?? 1) > 65_535)) refuse(`${JSON.stringify(registry)} is no host`);
  const rest = registry === undefined ? path : path.slice(slash + 1);
  if (!repository.test(rest) || rest.length > 255) refuse(`${JSON.stringify(rest)} is no repository: small letters, digits and single ".", "_" or "-" between them, parts divided by "/"`);
  return { registry, repository: rest, tag: version, digest: given };
}

/** As people write it and a lock file keeps it, with tag and digest. */
export const formatRegistryReference = ({ registry, repository, tag, digest }: RegistryReference): string =>
  `${registry === undefined ? "" : `${registry}/`}${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
