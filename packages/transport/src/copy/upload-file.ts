import type { CopyOptions, CopyResult, RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import type { Block } from "./blocks.js";
import type { LocalFile } from "./local-file.js";
import { deliver } from "./deliver.js";
import { createWitness } from "./verification.js";

/** Sends an open file of this machine. */
export async function uploadFile(source: ChannelSource, file: LocalFile, to: RemotePath, { policy, verify, onProgress, signal }: CopyOptions): Promise<CopyResult> {
  const { sizeBytes } = file;
  // What says that it has no size, as the files of /proc do, is compared as a whole.
  const witness = createWitness(sizeBytes === 0 ? undefined : sizeBytes, verify);
  let readBytes = 0;
  async function* witnessed(): AsyncGenerator<Block, void> {
    for await (const block of file.blocks()) {
      witness.see(block);
      readBytes += block.bytes.length;
      yield block;
    }
  }
  let sentBytes = 0;
  const onSent = (bytes: number): void => {
    sentBytes += bytes;
    onProgress?.({ transferredBytes: sentBytes, totalBytes: Math.max(sizeBytes, sentBytes) });
  };
  await deliver(source, "upload", to, { kind: "file", policy, blocks: witnessed(), witness, totalBytes: sizeBytes, onSent, signal });
  return { sizeBytes: readBytes, sha256: witness.sha256 };
}
