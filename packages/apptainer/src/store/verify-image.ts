import { cancellableShape, OptionsError, parseOptions, raw, requireTransport, sh, type Cancellable, type ShellExpression, type Transport } from "@hpckit/core";
import { z } from "zod";
import type { SifImage } from "../image/image.js";
import { parseRecord } from "./image-record.js";
import { requireStore, type ImageStore } from "./image-store.js";
import { renderVerify, signedBySchema, type SignedBy } from "./signature.js";
import { pathOf } from "./stored-source.js";

/** What a stored image is compared with what it was when it was made. */
export type ImageVerification =
  | { readonly kind: "intact"; readonly sha256: string }
  | { readonly kind: "damaged"; readonly expected: string; readonly found: string }
  /** There is no image, or no record of it. */
  | { readonly kind: "missing" }
  | { readonly kind: "signature-refused"; readonly said: string };

export interface VerifyImageOptions extends Cancellable {
  readonly signedBy?: SignedBy | undefined;
}

const optionsSchema: z.ZodType<VerifyImageOptions> = z.strictObject({ signedBy: signedBySchema.optional(), ...cancellableShape });

/**
 * Reads a stored image as a whole, and compares its digest with its record. The bytes of an image are read once when it is made;
 * whoever doubts a file system asks again. A damaged one is marked, if the account may: the next {@link ensureImage} makes it anew, in
 * another folder.
 * @throws OptionsError for an image that is not of this store.
 */
export async function verifyImage(store: ImageStore, image: SifImage, on: Transport, options: VerifyImageOptions = {}): Promise<ImageVerification> {
  requireStore(store, "verifyImage");
  requireTransport(on, "verifyImage");
  const { signedBy, signal } = parseOptions(optionsSchema, options, "verifyImage");
  const path = pathOf(image);
  const isOurs = path.startsWith(`${store.root}/`) && /^[A-Za-z0-9]+-[A-Za-z0-9]+\/image\.sif$/.test(path.slice(store.root.length + 1));
  if (!isOurs) throw new OptionsError("verifyImage", [{ path: "image", message: `${path} is no image of ${store.root}` }]);
  const { stdout } = await on.exec(["sh", "-c", renderVerification(store, path, signedBy).shell], { signal, check: true });
  const [written = "", found = "", status = "", ...said] = stdout.split("\n");
  const record = parseRecord(written);
  if (record === undefined || found === "-") return { kind: "missing" };
  if (record.sha256 !== found) return { kind: "damaged", expected: record.sha256, found };
  return status === "0" ? { kind: "intact", sha256: found } : { kind: "signature-refused", said: said.join("\n").trim() };
}

/** A file that does not belong there is the mark. */
const renderVerification = ({ program }: ImageStore, path: string, signedBy: SignedBy | undefined): ShellExpression => sh`
  hpckit_image=${path}
  hpckit_record=$(cat -- "\${hpckit_image%/*}/.hpckit/image" 2>/dev/null)
  hpckit_sum=-
  if [ -r "$hpckit_image" ]; then hpckit_sum=$(sha256sum < "$hpckit_image" | cut -d' ' -f1); fi
  if [ "$hpckit_sum" != - ] && [ -n "$hpckit_record" ]; then
    case $hpckit_record in *'"sha256":"'"$hpckit_sum"'"'*) ;; *) : 2>/dev/null > "\${hpckit_image%/*}/damaged" || : ;; esac
  fi
  printf '%s\n%s\n' "$hpckit_record" "$hpckit_sum"
  hpckit_said=$(${signedBy === undefined ? raw(":") : renderVerify(program, signedBy, raw('"$hpckit_image"'))})
  printf '%s\n%s\n' "$?" "$hpckit_said"
`;
