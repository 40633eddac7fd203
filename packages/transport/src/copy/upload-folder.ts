import { createHash } from "node:crypto";
import { TransportError, type CopyOptions, type CopyResult, type RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { joinToBlocks } from "./blocks.js";
import { shownPath } from "../file/path.js";
import { attempting } from "./local-fault.js";
import { deliver } from "./deliver.js";
import { archiveCheck } from "./archive-check.js";
import { tarCounter } from "./tar-counter.js";
import { startTar } from "./tar-process.js";
import { compareManifests, localManifest } from "./tree-manifest.js";
import { weighTree } from "./walk-tree.js";

/** Sends a folder of this machine as an archive that is unpacked while it comes. */
export async function uploadFolder(source: ChannelSource, from: string, to: RemotePath, { policy, verify, times = true, links, onProgress, signal }: CopyOptions): Promise<CopyResult> {
  const what = `read ${from}`;
  const attempt = attempting(what);
  const counter = tarCounter(archiveCheck(what, links));
  // GNU tar stores holes only when it is told to; libarchive's does so by itself.
  const tar = await startTar(what, ["-C", from, ...(process.platform === "linux" ? ["-S"] : []), "-cf", "-", "."]);
  let here: Buffer | undefined;
  const there: Buffer[] = [];
  async function* archive(): AsyncGenerator<Buffer, void> {
    for await (const piece of tar.output) {
      counter.push(piece);
      yield piece;
    }
    await tar.ended();
    if (verify === "full") here = await attempt(localManifest(from, { modes: true, times }));
  }
  const witness = {
    get line() {
      const digest = here === undefined ? "" : createHash("sha256").update(here).digest("hex");
      return `folder ${counter.entries} ${counter.bytes} ${digest}`;
    },
  };
  let sentBytes = 0;
  try {
    const { bytes: totalBytes, neededBytes } = await attempt(weighTree(from));
    const onSent = (bytes: number): void => {
      sentBytes += bytes;
      // An archive is somewhat longer than the files in it.
      onProgress?.({ transferredBytes: Math.min(sentBytes, totalBytes), totalBytes });
    };
    // Nobody takes the rest of it; what it says may be a long time coming.
    const onOwnerEnd = (): void => void tar.kill();
    await deliver(source, "upload", to, { kind: "folder", policy, times, neededBytes, blocks: joinToBlocks(archive()), witness, onSent, onAnswer: (piece) => void there.push(piece), onOwnerEnd, signal });
  } catch (error) {
    // Where the digests of the manifests differ, the one from there says in what.
    if (here !== undefined && there.length > 0 && error instanceof TransportError && error.code === "digest-mismatch") compareManifests(`upload ${shownPath(to)}`, here, Buffer.concat(there));
    throw error;
  } finally {
    await tar.kill();
  }
  return { sizeBytes: counter.bytes, sha256: undefined };
}
