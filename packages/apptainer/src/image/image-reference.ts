import { OptionsError } from "@hpckit/core";
import { dockerArchive, ociArchive, ociFolder, type ArchiveSource, type OciFolderSource } from "./local-source.js";
import { formatLibraryReference, parseLibraryReference, type LibraryReference } from "./library-reference.js";
import { formatRegistryReference, parseRegistryReference, type RegistryReference } from "./registry-reference.js";

/** An image of layers in a registry, which is converted to a SIF when it is brought here. */
export interface DockerImage extends RegistryReference {
  readonly kind: "docker";
}

/** A SIF in a registry. */
export interface OrasImage extends RegistryReference {
  readonly kind: "oras";
}

/** A SIF in a library, as Sylabs' is. Apptainer knows none until a site configures one. */
export interface LibraryImage extends LibraryReference {
  readonly kind: "library";
}

/** A SIF on a web server. */
export interface WebImage {
  readonly kind: "web";
  readonly url: string;
}

/**
 * An image that must first be brought to a file: over the network, or from another tool's format. A container does not
 * start from one, because every task of a job would fetch or convert it again.
 */
export type ImageReference = DockerImage | OrasImage | LibraryImage | WebImage | ArchiveSource | OciFolderSource;

/** @param reference - `repository:tag`, `host:port/repository@sha256:…`, with or without `docker://`. @throws OptionsError */
export const docker = (reference: string): DockerImage => ({ kind: "docker", ...parseRegistryReference(without("docker://", reference), { subject: "docker", needsHost: false }) });

/** @param reference - `host:port/repository:tag`, with or without `oras://`. @throws OptionsError */
export const oras = (reference: string): OrasImage => ({ kind: "oras", ...parseRegistryReference(without("oras://", reference), { subject: "oras", needsHost: true }) });

/** @param reference - `entity/collection/container:tag`, with or without a host and `library://`. @throws OptionsError */
export const library = (reference: string): LibraryImage => ({ kind: "library", ...parseLibraryReference(without("library://", reference)) });

/** @param url - `https://…`; credentials do not belong there, for the engine shows it. @throws OptionsError */
export function webImage(url: string): WebImage {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const refuse = (message: string): never => {
    throw new OptionsError("webImage", [{ path: "", message }]);
  };
  if (parsed === undefined || !/^https?:\/\/[^\s]+$/.test(url)) return refuse("not an address of the form https://host/path");
  if (parsed.username !== "" || parsed.password !== "") return refuse("an address with a name or a password in it would be shown in process lists: sign in by the engine's own means");
  if (parsed.hash !== "") return refuse(`${JSON.stringify(url)}: what stands after "#" is never sent`);
  return { kind: "web", url };
}

const without = (scheme: string, text: string): string => (text.startsWith(scheme) ? text.slice(scheme.length) : text);

const archive = /^(docker-archive|oci-archive|oci):([^:]*)(?::([^:]*))?$/;

/**
 * Reads a reference with its scheme, e.g. `docker://host:port/repository:tag@sha256:…`, `oci-archive:/file.tar:tag`.
 * @throws OptionsError that says which part is wrong, or which schemes there are.
 */
export function parseReference(text: string): ImageReference {
  if (text.startsWith("docker://")) return docker(text);
  if (text.startsWith("oras://")) return oras(text);
  if (text.startsWith("library://")) return library(text);
  if (/^https?:/.test(text)) return webImage(text);
  const [, kind, path = "", tag] = archive.exec(text) ?? [];
  if (kind === "docker-archive") return dockerArchive(path, { tag });
  if (kind === "oci-archive") return ociArchive(path, { tag });
  if (kind === "oci") return ociFolder(path, { tag });
  throw new OptionsError("parseReference", [{ path: "", message: `${JSON.stringify(text)} is no reference: it begins with docker://, oras://, library://, https://, docker-archive:, oci-archive: or oci:` }]);
}

/** As people write it and a lock file keeps it. {@link parseReference} reads it back, but for a folder's digest. */
export function formatReference(reference: ImageReference): string {
  switch (reference.kind) {
    case "docker":
    case "oras":
      return `${reference.kind}://${formatRegistryReference(reference)}`;
    case "library":
      return `library://${formatLibraryReference(reference)}`;
    case "web":
      return reference.url;
    case "docker-archive":
    case "oci-archive":
      return `${reference.kind}:${reference.path}${reference.tag === undefined ? "" : `:${reference.tag}`}`;
    case "oci-folder":
      return `oci:${reference.path}${reference.tag === undefined ? "" : `:${reference.tag}`}`;
  }
}

/** As the engine takes it: it refuses a tag beside a digest (1.4.5), and the digest says which image it is. */
export const engineReference = (reference: ImageReference): string =>
  formatReference((reference.kind === "docker" || reference.kind === "oras") && reference.digest !== undefined ? { ...reference, tag: undefined } : reference);

/** Whether the reference means the same bytes for ever. */
export const isPinned = (reference: ImageReference): boolean => "digest" in reference && reference.digest !== undefined;
