import { parseOptions, type CopyOptions, type CopyResult, type RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { localChannels } from "../channel/local-channels.js";
import { copy, copyOptionsSchema } from "./copy.js";
import { openLocalFile } from "./local-file.js";
import { uploadFile } from "./upload-file.js";

/** {@link Transport.upload} */
export async function upload(source: ChannelSource, from: string, to: RemotePath, options: CopyOptions = {}): Promise<CopyResult> {
  const checked = parseOptions(copyOptionsSchema, options, "options of upload");
  const file = await openLocalFile(from);
  if (file !== "folder") {
    await using opened = file;
    return await uploadFile(source, opened, to, checked);
  }
  await using here = localChannels();
  return await copy("upload", { source: here, path: from }, { source, path: to }, options);
}
