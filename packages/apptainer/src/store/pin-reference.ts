import type { Cancellable, Transport } from "@hpckit/core";
import { ImageError } from "../error/apptainer-errors.js";
import { formatReference, type DockerImage, type LibraryImage, type OrasImage } from "../image/image-reference.js";
import { isInsecure, type ImageStore } from "./image-store.js";
import { readImageLock } from "./lock/image-lock.js";
import { credentialsFor } from "./registry/registry-credentials.js";
import { resolveDigest } from "./registry/resolve-digest.js";

/**
 * Which image a reference means: by its own digest, else by the lock file, else by the registry now.
 * @throws ImageError `reference-not-locked` in a frozen store, `reference-unresolved` where nobody can say.
 */
export async function pinReference(reference: DockerImage | OrasImage, store: ImageStore, on: Transport, { signal }: Cancellable): Promise<string> {
  if (reference.digest !== undefined) return reference.digest;
  const text = formatReference(reference);
  const locked = store.lock === undefined ? undefined : (await readImageLock(store.lock)).get(text);
  if (locked !== undefined) return locked;
  if (store.frozen) throw new ImageError("reference-not-locked", `${text} is not in ${store.lock ?? ""}, which must not change: lock it (lockImages) and commit the file`, { detail: { reference: text } });
  return resolveDigest(reference, on, { credentials: credentialsFor(store.credentials, reference.registry), insecure: isInsecure(store, reference.registry), signal });
}

/**
 * The digest that stands in a library's reference as its tag, `sha256.…`. Others are not asked for: no library could be tried.
 * @throws ImageError `reference-unresolved` for another tag.
 */
export function libraryDigest(reference: LibraryImage): string {
  const digest = /^sha256\.([0-9a-f]{64})$/.exec(reference.tag ?? "")?.[1];
  if (digest !== undefined) return `sha256:${digest}`;
  const text = formatReference(reference);
  throw new ImageError("reference-unresolved", `${text} means what the library says on the day: write library://…:sha256.… (apptainer search, or sha256sum of the image), or pull it and take it in with sif(path)`, { detail: { reference: text } });
}
