import { sh, TransportError, type Cancellable, type FileInfo, type RemotePath } from "@hpckit/core";
import { cancellable } from "../cancellable.js";
import type { ChannelSource } from "../channel/channel.js";
import { parseFileInfo, statFormat } from "./file-info.js";
import { runFileScript } from "./file-script.js";
import { pathWord } from "./path.js";

/** {@link Transport.stat} */
export async function stat(source: ChannelSource, path: RemotePath, options: Cancellable = {}): Promise<FileInfo | undefined> {
  const { signal } = cancellable(options, "stat");
  const script = sh`stat --format ${statFormat} -- ${pathWord(path)}`;
  try {
    const output = await runFileScript(source, { operation: "stat", path, script, signal });
    return parseFileInfo(output.toString("latin1"));
  } catch (error) {
    const isAbsent = error instanceof TransportError && (error.code === "file-not-found" || error.message.includes("Not a directory"));
    if (isAbsent) return undefined;
    throw error;
  }
}
