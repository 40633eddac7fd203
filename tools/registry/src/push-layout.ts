import { readBlob, type OciLayout } from "./oci-layout.js";
import type { Registry, RegistryOptions } from "./start-registry.js";

interface PushOptions extends RegistryOptions {
  readonly repository: string;
  readonly tag: string;
}

interface Manifest {
  readonly mediaType: string;
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

/** Brings an image into a registry, as `skopeo copy` does. @see the OCI distribution specification, Pushing */
export async function pushLayout({ address }: Registry, layout: OciLayout, { repository, tag, account }: PushOptions): Promise<void> {
  const authorization = account === undefined ? {} : { authorization: `Basic ${Buffer.from(`${account.name}:${account.password}`).toString("base64")}` };
  const call = async (method: string, url: string, type: string, body?: Uint8Array): Promise<Response> => {
    const response = await fetch(url, { method, headers: { ...authorization, "content-type": type }, ...(body && { body }) });
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
    return response;
  };
  const base = `http://${address}/v2/${repository}`;
  const text = await readBlob(layout, layout.digest);
  const manifest = JSON.parse(text.toString("utf8")) as Manifest;
  for (const { digest } of [manifest.config, ...manifest.layers]) {
    const place = (await call("POST", `${base}/blobs/uploads/`, "text/plain")).headers.get("location") ?? "";
    const target = new URL(place, base);
    target.searchParams.set("digest", digest);
    await call("PUT", target.href, "application/octet-stream", await readBlob(layout, digest));
  }
  await call("PUT", `${base}/manifests/${tag}`, manifest.mediaType, text);
}
