import type { CopyOptions, CopyResult, RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { localChannels } from "../channel/local-channels.js";
import { copy } from "./copy.js";

/** {@link Transport.upload} */
export async function upload(source: ChannelSource, from: string, to: RemotePath, options?: CopyOptions): Promise<CopyResult> {
  await using here = localChannels();
  return await copy("upload", { source: here, path: from }, { source, path: to }, options);
}
