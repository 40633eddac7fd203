import type { CopyOptions, CopyResult, RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { localChannels } from "../channel/local-channels.js";
import { copy } from "./copy.js";

/** {@link Transport.download} */
export async function download(source: ChannelSource, from: RemotePath, to: string, options?: CopyOptions): Promise<CopyResult> {
  await using here = localChannels();
  return await copy("download", { source, path: from }, { source: here, path: to }, options);
}
