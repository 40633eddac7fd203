import { hostname } from "node:os";
import { basename } from "node:path";
import type { CopyOptions, CopyResult, RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { pathWord } from "../file/path.js";
import { blockDigests, sha256 } from "./block-digests.js";
import { blockBytes, type Block } from "./blocks.js";
import { deliver } from "./deliver.js";
import { isZero } from "./holes.js";
import type { LocalFile } from "./local-file.js";
import { oneAhead } from "./one-ahead.js";
import { resumablePartName, type PartName } from "./part-name.js";
import { createWitness, witnessed } from "./verification.js";

/** Sends an open file of this machine. */
export async function uploadFile(source: ChannelSource, file: LocalFile, to: RemotePath, { policy, verify, times = true, resume = false, onProgress, signal }: CopyOptions): Promise<CopyResult> {
  const { sizeBytes, allocatedBytes, mode, modifiedAtSeconds } = file;
  // What says that it has no size, as the files of /proc do, is compared as a whole.
  const witness = createWitness(sizeBytes === 0 ? undefined : sizeBytes, verify);
  const there = resume && sizeBytes > blockBytes ? blockDigests() : undefined;
  const progress = { readBytes: 0, transferredBytes: 0, resumedBytes: 0, isOver: false };

  /** What has to be sent: neither what is there already, nor holes, unless other bytes are in their place; and always the end of the file. */
  async function* missing(): AsyncGenerator<Block, void> {
    for await (const block of oneAhead(witnessed(oneAhead(file.blocks()), witness))) {
      // Nobody takes it any more: what is not sent need not be read to its end.
      if (progress.isOver) return;
      progress.readBytes += block.bytes.length;
      const digest = await there?.at(block.offset / blockBytes);
      const isThere = digest !== undefined && digest === sha256(block.bytes);
      const isHole = digest === undefined && progress.readBytes < sizeBytes && isZero(block.bytes);
      if (isThere) progress.resumedBytes += block.bytes.length;
      if (isThere || isHole) {
        moved(block.bytes.length);
        block.release?.();
      } else yield block;
    }
  }

  function moved(bytes: number): void {
    progress.transferredBytes += bytes;
    const { transferredBytes, resumedBytes } = progress;
    onProgress?.({ transferredBytes, totalBytes: Math.max(sizeBytes, transferredBytes), ...(resume ? { resumedBytes } : {}) });
  }

  await deliver(source, "upload", to, {
    kind: "file",
    policy,
    original: { mode, modifiedAtSeconds: times ? modifiedAtSeconds : undefined },
    name: there === undefined ? undefined : nameOf(file, to),
    blocks: missing(),
    witness,
    totalBytes: sizeBytes,
    neededBytes: allocatedBytes,
    onSent: moved,
    onAnswer: there?.push,
    onOwnerEnd() {
      progress.isOver = true;
      there?.end();
    },
    signal,
  });
  return { sizeBytes: progress.readBytes, sha256: witness.sha256 };
}

/** The device is no part of it: a file system is another one on each machine, and after each start. */
const nameOf = ({ path, inode, sizeBytes, modifiedAtSeconds }: LocalFile, to: RemotePath): PartName => resumablePartName(basename(pathWord(to)), [hostname(), path, inode, sizeBytes, modifiedAtSeconds]);
