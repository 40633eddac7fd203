import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { execa } from "execa";

/** An OCI image layout in a folder: `index.json` and `blobs/sha256`. */
export interface OciLayout {
  readonly folder: string;
  /** Of the image's manifest: `sha256:…`. */
  readonly digest: string;
}

interface OciLayoutOptions {
  /** Folder whose files are the image's. */
  readonly root: string;
  readonly tag?: string;
  /** As Go calls it (default: `amd64`). */
  readonly architecture?: string;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";

/** Makes an image of one layer: the same files give the same digest. Needs tar. */
export async function writeOciLayout(folder: string, { root, tag = "latest", architecture = "amd64" }: OciLayoutOptions): Promise<OciLayout> {
  const blobs = join(folder, "blobs/sha256");
  await mkdir(blobs, { recursive: true });
  const put = async (content: string | Uint8Array, mediaType: string): Promise<{ mediaType: string; digest: string; size: number }> => {
    const bytes = Buffer.from(content);
    await writeFile(join(blobs, sha256(bytes)), bytes);
    return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const packed = await execa("tar", ["-C", root, "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "-cf", "-", "."], { encoding: "buffer" });
  const layer = await put(gzipSync(packed.stdout), "application/vnd.oci.image.layer.v1.tar+gzip");
  const config = { architecture, os: "linux", config: {}, rootfs: { type: "layers", diff_ids: [`sha256:${sha256(packed.stdout)}`] } };
  const manifest = { schemaVersion: 2, mediaType: manifestType, config: await put(JSON.stringify(config), "application/vnd.oci.image.config.v1+json"), layers: [layer] };
  const described = await put(JSON.stringify(manifest), manifestType);
  await writeFile(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [{ ...described, annotations: { "org.opencontainers.image.ref.name": tag } }] }));
  return { folder, digest: described.digest };
}

export const readBlob = ({ folder }: OciLayout, digest: string): Promise<Buffer> => readFile(join(folder, "blobs/sha256", digest.replace("sha256:", "")));

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
