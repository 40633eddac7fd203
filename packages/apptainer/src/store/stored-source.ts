import { OptionsError } from "@hpckit/core";
import type { BuildSource } from "../image/build-image.js";
import { formatReference, type ImageReference } from "../image/image-reference.js";
import type { Image } from "../image/image.js";

/** What a store makes an image of: a reference, a root file system or a definition to build, or a SIF to take in. */
export type StoredSource = ImageReference | BuildSource;

const kinds: Readonly<Record<Extract<StoredSource, { kind: string }>["kind"], true>> = {
  docker: true, oras: true, library: true, web: true, "docker-archive": true, "oci-archive": true, "oci-folder": true, sif: true, sandbox: true,
};

/**
 * Refuses what is no source, e.g. a reference as a text, before anything happens.
 * @param subject - the function that was called.
 */
export function requireSource(given: unknown, subject: string): asserts given is StoredSource {
  const isSource = typeof given === "object" && given !== null && ("folder" in given || "definition" in given || ("kind" in given && Object.hasOwn(kinds, String(given.kind))));
  if (isSource) return;
  const next = typeof given === "string" ? `; a text is read by parseReference(${JSON.stringify(given)}) if it is a reference` : "";
  throw new OptionsError(subject, [{ path: "source", message: `docker("debian:12") or another reference, sif(path), sandbox(path), { folder } or { definition }${next}` }]);
}

/** A source as a record and a message tell it. */
export function describeSource(source: StoredSource): string {
  if ("folder" in source) return source.folder;
  if ("definition" in source) return typeof source.definition === "string" ? source.definition : "a definition";
  return source.kind === "sif" || source.kind === "sandbox" ? pathOf(source) : formatReference(source);
}

/** @throws OptionsError for a path that is known only on a node: what it holds cannot be named from here. */
export function pathOf({ path }: Image): string {
  if (typeof path === "string") return path;
  throw new OptionsError("image store", [{ path: "source", message: `${path.shell} is known only on a node: a store takes in an image whose path is known` }]);
}
