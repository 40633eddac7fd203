import { OptionsError } from "@hpckit/core";

/** An image of another tool in a file: `docker save` or `podman save --format oci-archive` makes one. */
export interface ArchiveSource {
  readonly kind: "docker-archive" | "oci-archive";
  /** Absolute, without a colon. */
  readonly path: string;
  /** Which of several images in it, by tag. */
  readonly tag: string | undefined;
}

/** An OCI image layout: a folder with `index.json` and `blobs`, as `skopeo copy … oci:folder` makes it. */
export interface OciFolderSource {
  readonly kind: "oci-folder";
  /** Absolute, without a colon. */
  readonly path: string;
  readonly tag: string | undefined;
  /** The manifest that must be in it: `sha256:…`. The engine cannot be asked for one, so who builds checks it. */
  readonly digest: string | undefined;
}

export interface LocalSourceOptions {
  readonly tag?: string | undefined;
}

export interface OciFolderOptions extends LocalSourceOptions {
  readonly digest?: string | undefined;
}

/** An archive that `docker save` has written. @throws OptionsError if the engine could not take the path or the tag. */
export const dockerArchive = (path: string, options: LocalSourceOptions = {}): ArchiveSource => ({ kind: "docker-archive", ...checked("dockerArchive", path, options.tag) });

/** An OCI image layout in a tar file. @throws OptionsError if the engine could not take the path or the tag. */
export const ociArchive = (path: string, options: LocalSourceOptions = {}): ArchiveSource => ({ kind: "oci-archive", ...checked("ociArchive", path, options.tag) });

/** An OCI image layout. @throws OptionsError if the engine could not take the path or the tag. */
export function ociFolder(path: string, options: OciFolderOptions = {}): OciFolderSource {
  if (options.digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(options.digest)) {
    throw new OptionsError("ociFolder", [{ path: "digest", message: `${JSON.stringify(options.digest)} is no digest: sha256: and 64 of 0-9a-f` }]);
  }
  return { kind: "oci-folder", ...checked("ociFolder", path, options.tag), digest: options.digest };
}

/** A colon ends the path there, and nothing can quote it. */
function checked(subject: string, path: string, tag: string | undefined): { readonly path: string; readonly tag: string | undefined } {
  const issues = [
    ...(path.startsWith("/") && path !== "/" ? [] : [{ path: "path", message: `${JSON.stringify(path)} is not an absolute path` }]),
    ...(/[:\0]/.test(path) ? [{ path: "path", message: `${JSON.stringify(path)} holds a colon or a NUL character, with which no engine can read it: rename it` }] : []),
    ...(tag === undefined || /^\w[\w.-]{0,127}$/.test(tag) ? [] : [{ path: "tag", message: `${JSON.stringify(tag)} is no tag` }]),
  ];
  if (issues.length > 0) throw new OptionsError(subject, issues);
  return { path, tag };
}
