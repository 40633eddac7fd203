import { lines, type Cancellable, type FilePolicy, type RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { runFileScript } from "../file/file-script.js";
import { parentOf, pathWord } from "../file/path.js";
import type { Block } from "./blocks.js";
import type { Original } from "./own-file.js";
import { partName, type PartName } from "./part-name.js";
import { helpReceive, receiveFile } from "./receive-file.js";
import { receiveFolder } from "./receive-folder.js";
import { sendBlocks } from "./send-blocks.js";
import { cleanUpWhenFailing } from "./stand-aside.js";
import type { Witness } from "./verification.js";

export interface Delivery extends Cancellable {
  readonly kind: "file" | "folder";
  readonly policy?: FilePolicy | undefined;
  /** Content of the file, or the folder as a tar archive, in order. */
  readonly blocks: AsyncIterable<Block>;
  /** Has seen every block once the last was given. */
  readonly witness: Pick<Witness, "line">;
  /** Of a file, where it is known: from some size on further channels carry it too. */
  readonly totalBytes?: number | undefined;
  /** What it takes on a disk over there, where that is known. */
  readonly neededBytes?: number | undefined;
  /** Of a file: what it keeps of its original; a new file without one gets the mode that the umask leaves. */
  readonly original?: Original | undefined;
  /** Of a folder: whether times are kept. */
  readonly times?: boolean | undefined;
  /** Of a file: what an earlier call may have left, and this one may leave. */
  readonly name?: PartName | undefined;
  readonly onSent?: ((bytes: number) => void) | undefined;
  /** What the owner of the transfer says over there. */
  readonly onAnswer?: ((piece: Buffer) => void) | undefined;
  /** It will say no more: whoever waits for that need not. */
  readonly onOwnerEnd?: (() => void) | undefined;
}

/**
 * Writes a file, or unpacks a folder, aside; checks it; and only then gives it its name.
 *
 * Guarantees: under the final name stands the old or the whole new content, never a part; what stands aside is closed to
 * all others until it has its group and mode, and is removed if anything fails, unless it may be resumed.
 */
export async function deliver(source: ChannelSource, operation: string, path: RemotePath, delivery: Delivery): Promise<void> {
  const target = pathWord(path);
  const { kind, policy, original, name = partName(), totalBytes = 0, neededBytes = totalBytes, times = true, signal } = delivery;
  const part = `${parentOf(target).replace(/\/$/, "")}/${name.name}`;
  const isResumable = name.resumable !== undefined;
  const receive = kind === "file" ? receiveFile({ part, target, policy, original, neededBytes, resumable: name.resumable }) : receiveFolder({ part, target, policy, neededBytes, times });
  const script = lines(cleanUpWhenFailing(part), receive);
  await sendBlocks(delivery, {
    owner: (lane) => runFileScript(source, { operation, path, script, ...lane, signal }).finally(delivery.onOwnerEnd),
    helper: (lane, stop) => runFileScript(source, { operation, path, script: helpReceive(part, isResumable), ...lane, signal: stop }),
  });
}
