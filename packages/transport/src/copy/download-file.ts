import type { CopyOptions, CopyResult, RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { runFileScript } from "../file/file-script.js";
import { fetchBlocks } from "./fetch-blocks.js";
import { helpServe, serveFile } from "./file-server.js";
import { makeLocalPart, type LocalPart } from "./local-part.js";
import { createWitness } from "./verification.js";

/** Fetches a file to this machine. Resolves to `undefined` if what stands there is a folder. */
export async function downloadFile(source: ChannelSource, from: RemotePath, to: string, { policy, verify, onProgress, signal }: CopyOptions): Promise<CopyResult | undefined> {
  const call = { operation: "read", path: from };
  let part: LocalPart | undefined;
  let totalBytes = 0;
  let transferredBytes = 0;
  const fetch = {
    async begin(sizeBytes: number) {
      totalBytes = sizeBytes;
      const made = await makeLocalPart(to, sizeBytes, policy);
      part = made;
      return { witness: createWitness(sizeBytes, verify), write: made.write };
    },
    onReceived(bytes: number) {
      transferredBytes += bytes;
      onProgress?.({ transferredBytes, totalBytes });
    },
    signal,
  };
  try {
    const arrival = await fetchBlocks(fetch, {
      owner: (lane) => runFileScript(source, { ...call, script: serveFile(from), ...lane, signal }),
      helper: (lane, stop) => runFileScript(source, { ...call, script: helpServe(from), ...lane, signal: stop }),
    });
    await part?.place();
    return arrival && { sizeBytes: totalBytes, sha256: arrival.witness.sha256 };
  } finally {
    await part?.[Symbol.asyncDispose]();
  }
}
