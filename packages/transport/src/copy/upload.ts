import { parseOptions, type CopyOptions, type CopyResult, type RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { copyOptionsSchema } from "./copy-options.js";
import { openLocalFile } from "./local-file.js";
import { uploadFile } from "./upload-file.js";
import { uploadFolder } from "./upload-folder.js";

/** {@link Transport.upload} */
export async function upload(source: ChannelSource, from: string, to: RemotePath, options: CopyOptions = {}): Promise<CopyResult> {
  const checked = parseOptions(copyOptionsSchema, options, "options of upload");
  const file = await openLocalFile(from);
  if (file === "folder") return await uploadFolder(source, from, to, checked);
  await using opened = file;
  return await uploadFile(source, opened, to, checked);
}
