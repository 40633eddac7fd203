import type { ResolveOptions, Transport } from "@hpckit/core";
import type { SifImage } from "../image/image.js";
import { ensureImage, type EnsureImageOptions } from "./ensure-image.js";
import { requireStore, type ImageStore } from "./image-store.js";
import { requireSource, type StoredSource } from "./stored-source.js";

/** An image that is brought to a file when a launch is prepared. */
export interface UnresolvedImage {
  readonly kind: "unresolved";
  /** Doing it again changes nothing. */
  resolve(on: Transport, options: Pick<ResolveOptions, "signal" | "onProgress">): Promise<SifImage>;
}

/**
 * An image of a store, for a container: `container(fromStore(store, docker("debian:12")))`. When the launch is prepared it is found
 * in the store, or brought there.
 * @throws OptionsError for what is no store or no source.
 */
export function fromStore(store: ImageStore, source: StoredSource, options: Pick<EnsureImageOptions, "architecture" | "signedBy"> = {}): UnresolvedImage {
  requireStore(store, "fromStore");
  requireSource(source, "fromStore");
  return { kind: "unresolved", resolve: async (on, { signal, onProgress }) => (await ensureImage(store, source, on, { ...options, signal, onProgress })).image };
}
