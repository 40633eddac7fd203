import { basename } from "node:path";
import { parseOptions, sh, TransportError, type CopyOptions, type CopyResult, type RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { runFileScript } from "../file/file-script.js";
import { pathWord, shownPath } from "../file/path.js";
import { octets } from "../guard/octets.js";
import { blockBytes } from "./blocks.js";
import { checkPlace } from "./check-place.js";
import { copyOptionsSchema } from "./copy-options.js";
import { fetchBlocks, type FetchOptions } from "./fetch-blocks.js";
import { makeLocalFolder, type LocalFolder } from "./local-folder.js";
import { makeLocalPart, type LocalPart } from "./local-part.js";
import { partName, resumablePartName, type PartName } from "./part-name.js";
import type { ServedFile } from "./served-header.js";
import { helpServe, serve } from "./server.js";
import { compareManifests, defineManifest, localManifest } from "./tree-manifest.js";
import { createWitness } from "./verification.js";

/** {@link Transport.download} */
export async function download(source: ChannelSource, from: RemotePath, to: string, options: CopyOptions = {}): Promise<CopyResult> {
  const { policy, verify, times = true, links, resume = false, onProgress, signal } = parseOptions(copyOptionsSchema, options, "options of download");
  const call = { operation: "read", path: from };
  let file: LocalPart | undefined;
  let folder: LocalFolder | undefined;
  const progress = { totalBytes: 0, transferredBytes: 0, resumedBytes: 0 };
  const moved = (bytes: number): void => {
    const { totalBytes, resumedBytes } = progress;
    // An archive is somewhat longer than the files in it.
    progress.transferredBytes = Math.min(progress.transferredBytes + bytes, totalBytes);
    onProgress?.({ transferredBytes: progress.transferredBytes, totalBytes, ...(resume ? { resumedBytes } : {}) });
  };
  const partOf = ({ sizeBytes, identity }: ServedFile): PartName =>
    resume && sizeBytes > blockBytes ? resumablePartName(octets(basename(to)), [source.target.host, pathWord(from), identity]) : partName();
  const fetching: FetchOptions = {
    async beginFile(served) {
      const { sizeBytes, neededBytes, mode, modifiedAtSeconds } = served;
      progress.totalBytes = sizeBytes;
      const original = { mode, modifiedAtSeconds: times ? modifiedAtSeconds : undefined };
      const part = await makeLocalPart(to, { policy, original, sizeBytes, neededBytes, name: partOf(served) });
      file = part;
      return { witness: createWitness(sizeBytes, verify), write: part.write, read: part.read };
    },
    async beginFolder({ sizeBytes, neededBytes }) {
      progress.totalBytes = sizeBytes;
      const made = await makeLocalFolder(to, { policy, times, links, neededBytes });
      folder = made;
      return made.unpack;
    },
    onReceived: moved,
    onKept(bytes) {
      progress.resumedBytes += bytes;
      moved(bytes);
    },
    signal,
  };
  /** One more question, and its answer is compared with what stands here now. */
  async function compareTrees(part: string): Promise<void> {
    const compared = { modes: true, times };
    const script = sh`
      ${defineManifest(compared)}
      manifest ${pathWord(from)}
    `;
    const [here, there] = await Promise.all([localManifest(part, compared), runFileScript(source, { ...call, script, signal })]);
    compareManifests(`download ${shownPath(from)}`, here, there);
  }
  await checkPlace(to);
  try {
    const arrival = await fetchBlocks(fetching, {
      owner: (lane) => runFileScript(source, { ...call, script: serve(from), ...lane, signal }),
      helper: (lane, stop) => runFileScript(source, { ...call, script: helpServe(from), ...lane, signal: stop }),
    });
    if (folder !== undefined) {
      await folder.unpacked();
      if (verify === "full") await compareTrees(folder.part);
      return { sizeBytes: await folder.place(), sha256: undefined };
    }
    await file?.place();
    return { sizeBytes: progress.totalBytes, sha256: arrival?.witness.sha256 };
  } catch (error) {
    if (error instanceof TransportError && error.code === "digest-mismatch") file?.spoil();
    throw error;
  } finally {
    await (file ?? folder)?.[Symbol.asyncDispose]();
  }
}
