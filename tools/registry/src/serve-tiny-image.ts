import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeOciLayout, type OciLayout } from "./oci-layout.js";
import { pushLayout } from "./push-layout.js";
import { startRegistry, type Registry, type RegistryOptions } from "./start-registry.js";
import { makeTinyRoot } from "./tiny-root.js";

export interface TinyImageOptions extends RegistryOptions {
  readonly ballastBytes?: number;
}

/** A registry with one image in it, `tools/tiny:1`. */
export interface TinyImage extends AsyncDisposable {
  readonly registry: Registry;
  /** On this machine. */
  readonly layout: OciLayout;
  /** `127.0.0.1:port/tools/tiny`, for a tag or a digest. */
  readonly repository: string;
  /** Makes another image, and gives it a tag. @returns its digest. */
  push(tag: string, word: string): Promise<string>;
}

/** Starts a registry that has an image with the word `one` in `/etc/word`. */
export async function serveTinyImage({ account, ballastBytes = 0 }: TinyImageOptions = {}): Promise<TinyImage> {
  const folder = await mkdtemp(join(tmpdir(), "hpckit-tiny-"));
  const registry = await startRegistry(account === undefined ? {} : { account });
  const push = async (tag: string, word: string): Promise<OciLayout> => {
    const root = join(folder, `root-${word}`);
    await makeTinyRoot(root, word, { ballastBytes });
    const layout = await writeOciLayout(join(folder, `oci-${word}`), { root });
    await pushLayout(registry, layout, { repository: "tools/tiny", tag, ...(account && { account }) });
    return layout;
  };
  return {
    registry,
    layout: await push("1", "one"),
    repository: `${registry.address}/tools/tiny`,
    push: async (tag, word) => (await push(tag, word)).digest,
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
