import { parseOptions, type CopyOptions, type CopyResult, type RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { runFileScript } from "../file/file-script.js";
import { copyOptionsSchema } from "./copy-options.js";
import { fetchBlocks, type FetchOptions } from "./fetch-blocks.js";
import { helpServe, serve } from "./server.js";
import { makeLocalFolder, type LocalFolder } from "./local-folder.js";
import { makeLocalPart, type LocalPart } from "./local-part.js";
import { createWitness } from "./verification.js";

/** {@link Transport.download} */
export async function download(source: ChannelSource, from: RemotePath, to: string, options: CopyOptions = {}): Promise<CopyResult> {
  const { policy, verify, onProgress, signal } = parseOptions(copyOptionsSchema, options, "options of download");
  const call = { operation: "read", path: from };
  let file: LocalPart | undefined;
  let folder: LocalFolder | undefined;
  let totalBytes = 0;
  let transferredBytes = 0;
  const fetching: FetchOptions = {
    async beginFile(sizeBytes) {
      totalBytes = sizeBytes;
      const part = await makeLocalPart(to, sizeBytes, policy);
      file = part;
      return { witness: createWitness(sizeBytes, verify), write: part.write };
    },
    async beginFolder(bytes) {
      totalBytes = bytes;
      const made = await makeLocalFolder(to, policy);
      folder = made;
      return made.unpack;
    },
    onReceived(bytes) {
      // An archive is somewhat longer than the files in it.
      transferredBytes = Math.min(transferredBytes + bytes, totalBytes);
      onProgress?.({ transferredBytes, totalBytes });
    },
    signal,
  };
  try {
    const arrival = await fetchBlocks(fetching, {
      owner: (lane) => runFileScript(source, { ...call, script: serve(from), ...lane, signal }),
      helper: (lane, stop) => runFileScript(source, { ...call, script: helpServe(from), ...lane, signal: stop }),
    });
    if (folder !== undefined) return { sizeBytes: await folder.place(), sha256: undefined };
    await file?.place();
    return { sizeBytes: totalBytes, sha256: arrival?.witness.sha256 };
  } finally {
    await (file ?? folder)?.[Symbol.asyncDispose]();
  }
}
