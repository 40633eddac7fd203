import { OptionsError, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import type { OciFolderSource } from "../image/local-source.js";

/** One image of an OCI folder. */
export interface OciManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
}

const manifestSchema = z.object({
  digest: z.string().regex(/^sha(?:256|512):[0-9a-f]+$/),
  mediaType: z.string(),
  size: z.int(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const indexSchema = z.object({ manifests: z.array(manifestSchema).min(1) });

/**
 * The image that a reference means in an OCI folder.
 * @throws OptionsError if there are several, or it is not the one that was said.
 * @see the OCI image specification, index.json
 */
export async function readOciManifest({ path, tag, digest }: OciFolderSource, on: Transport, options: Cancellable): Promise<OciManifest> {
  const refuse = (message: string): never => {
    throw new OptionsError("image store", [{ path: "source", message: `${path} on ${on.target.host} ${message}` }]);
  };
  const text = new TextDecoder().decode(await on.readFile(`${path}/index.json`, options));
  const parsed = indexSchema.safeParse(readJson(text));
  if (!parsed.success) return refuse("has no index.json of an OCI image");
  const tagged = parsed.data.manifests.filter(({ annotations }) => tag === undefined || annotations?.["org.opencontainers.image.ref.name"] === tag);
  const [found, ...others] = tagged;
  if (found === undefined) return refuse(`has no image with the tag ${JSON.stringify(tag)}`);
  if (others.length > 0) return refuse("holds several images: say which by its tag");
  if (digest !== undefined && found.digest !== digest) return refuse(`holds ${found.digest}, and not ${digest}`);
  return { digest: found.digest, mediaType: found.mediaType, size: found.size };
}

/** What was cut is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether it stands for images of several architectures, of which the engine takes the machine's own or the one that is asked for. */
export const isIndex = ({ mediaType }: OciManifest): boolean => /\.(?:image\.index|manifest\.list)\./.test(mediaType);

/** An index of that image alone. */
export const renderOciIndex = (manifest: OciManifest): string => JSON.stringify({ schemaVersion: 2, manifests: [manifest] });
