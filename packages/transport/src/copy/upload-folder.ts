import { lstat, readdir } from "node:fs/promises";
import type { CopyOptions, CopyResult, RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { joinToBlocks } from "./blocks.js";
import { deliver } from "./deliver.js";
import { tarCounter } from "./tar-counter.js";
import { startTar } from "./tar-process.js";

/** Sends a folder of this machine as an archive that is unpacked while it comes. */
export async function uploadFolder(source: ChannelSource, from: string, to: RemotePath, { policy, onProgress, signal }: CopyOptions): Promise<CopyResult> {
  const totalBytes = onProgress === undefined ? 0 : await bytesBelow(Buffer.from(from));
  const counter = tarCounter();
  // GNU tar stores holes only when it is told to; libarchive's does so by itself.
  const tar = await startTar(`read ${from}`, ["-C", from, ...(process.platform === "linux" ? ["-S"] : []), "-cf", "-", "."]);
  async function* archive(): AsyncGenerator<Buffer, void> {
    for await (const piece of tar.output) {
      counter.push(piece);
      yield piece;
    }
    await tar.ended();
  }
  const witness = {
    get line() {
      return `folder ${counter.entries} ${counter.bytes}`;
    },
  };
  let sentBytes = 0;
  const onSent = (bytes: number): void => {
    sentBytes += bytes;
    // An archive is somewhat longer than the files in it.
    onProgress?.({ transferredBytes: Math.min(sentBytes, totalBytes), totalBytes });
  };
  try {
    await deliver(source, "upload", to, { kind: "folder", policy, blocks: joinToBlocks(archive()), witness, onSent, signal });
  } finally {
    await tar.kill();
  }
  return { sizeBytes: counter.bytes, sha256: undefined };
}

/** Names as they are: not all are UTF-8. */
async function bytesBelow(folder: Buffer): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: "buffer" })) {
    const path = Buffer.concat([folder, Buffer.from("/"), entry.name]);
    if (entry.isDirectory()) sum += await bytesBelow(path);
    else if (entry.isFile()) sum += (await lstat(path).catch(() => ({ size: 0 }))).size;
  }
  return sum;
}
