import { parseOptions, type CopyOptions, type CopyResult, type RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { localChannels } from "../channel/local-channels.js";
import { copy, copyOptionsSchema } from "./copy.js";
import { downloadFile } from "./download-file.js";

/** {@link Transport.download} */
export async function download(source: ChannelSource, from: RemotePath, to: string, options: CopyOptions = {}): Promise<CopyResult> {
  const file = await downloadFile(source, from, to, parseOptions(copyOptionsSchema, options, "options of download"));
  if (file !== undefined) return file;
  await using here = localChannels();
  return await copy("download", { source, path: from }, { source: here, path: to }, options);
}
