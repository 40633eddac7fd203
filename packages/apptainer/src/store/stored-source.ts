import { OptionsError } from "@hpckit/core";
import type { BuildSource } from "../image/build-image.js";
import { formatReference, type ImageReference } from "../image/image-reference.js";
import type { SifImage } from "../image/image.js";

/** What a store makes an image of: a reference, a root file system or a definition to build, or a SIF to take in. */
export type StoredSource = ImageReference | BuildSource | SifImage;

/** A source as a record and a message tell it. */
export function describeSource(source: StoredSource): string {
  if ("folder" in source) return source.folder;
  if ("definition" in source) return typeof source.definition === "string" ? source.definition : "a definition";
  return source.kind === "sif" ? pathOf(source) : formatReference(source);
}

/** @throws OptionsError for a path that is known only on a node: what it holds cannot be named from here. */
export function pathOf({ path }: SifImage): string {
  if (typeof path === "string") return path;
  throw new OptionsError("image store", [{ path: "source", message: `${path.shell} is known only on a node: a store takes in an image whose path is known` }]);
}
