import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { cancellableShape, OptionsError, parseOptions, requireTransport, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { formatReference, isPinned, parseReference, type DockerImage, type OrasImage } from "../../image/image-reference.js";
import { isInsecure, requireStore, type ImageStore } from "../image-store.js";
import { credentialsFor } from "../registry/registry-credentials.js";
import { resolveDigest } from "../registry/resolve-digest.js";
import { readImageLock, renderImageLock } from "./image-lock.js";

export interface LockImagesOptions extends Cancellable {
  /** Ask again also for what is locked: `true`, or the references, as `docker://debian:12`. */
  readonly update?: boolean | readonly string[] | undefined;
}

/** What became of one reference. */
export interface LockedImage {
  readonly reference: string;
  readonly digest: string;
  /** `added`: it was not there; `updated`: its tag has moved, from `before`. */
  readonly kind: "kept" | "added" | "updated";
  readonly before?: string | undefined;
}

const optionsSchema: z.ZodType<LockImagesOptions> = z.strictObject({ update: z.union([z.boolean(), z.array(z.string())]).optional(), ...cancellableShape });

/**
 * Writes into the store's lock file which images these references mean, and removes what is no longer among them. Nothing is pulled.
 *
 * Guarantees: the file is replaced as a whole, and only if all of them have a digest; what is locked stays unless `update` names it.
 * @param on - whichever machine reaches the registries; it needs no container engine: `connectLocal()` will do.
 * @throws ImageError `reference-unresolved`.
 */
export async function lockImages(store: ImageStore, references: readonly (DockerImage | OrasImage)[], on: Transport, options: LockImagesOptions = {}): Promise<readonly LockedImage[]> {
  requireStore(store, "lockImages");
  requireTransport(on, "lockImages");
  const { update = false, signal } = parseOptions(optionsSchema, options, "lockImages");
  const file = store.lock ?? noFile();
  const before = await readImageLock(file);
  const wanted = [...new Set(references.filter((each) => !isPinned(each)).map(formatReference))];
  const unknown = (typeof update === "boolean" ? [] : update).filter((each) => !wanted.includes(each));
  if (unknown.length > 0) throw new OptionsError("lockImages", unknown.map((each) => ({ path: "update", message: `${each} is not among the references: ${wanted.join(", ")}` })));
  const isUpdated = (reference: string): boolean => (typeof update === "boolean" ? update : update.includes(reference));
  const locked = await Promise.all(wanted.map(async (reference): Promise<LockedImage> => {
    const old = before.get(reference);
    if (old !== undefined && !isUpdated(reference)) return { reference, digest: old, kind: "kept" };
    const parsed = parseReference(reference) as DockerImage | OrasImage;
    const digest = await resolveDigest(parsed, on, { credentials: credentialsFor(store.credentials, parsed.registry), insecure: isInsecure(store, parsed.registry), signal });
    return { reference, digest, kind: old === undefined ? "added" : old === digest ? "kept" : "updated", before: old };
  }));
  const after = renderImageLock(new Map(locked.map(({ reference, digest }) => [reference, digest])));
  if (after !== renderImageLock(before)) await replaceFile(file, after);
  return locked;
}

/** Written aside and renamed: a reader sees the old file or the new. */
async function replaceFile(file: string, text: string): Promise<void> {
  const part = `${file}.${randomBytes(4).toString("hex")}.part`;
  try {
    await writeFile(part, text, { flag: "wx" });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function noFile(): never {
  throw new OptionsError("lockImages", [{ path: "lock", message: 'the store has no lock file: imageStore({ root, lock: "images.lock.json" })' }]);
}
