import { randomBytes } from "node:crypto";
import { lines, sh, type Cancellable, type FilePolicy, type RemotePath, type ShellExpression, type Word } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { runFileScript } from "../file/file-script.js";
import { parentOf, pathWord } from "../file/path.js";
import type { Block } from "./blocks.js";
import { helpReceive, receiveFile } from "./receive-file.js";
import { receiveFolder } from "./receive-folder.js";
import { sendBlocks } from "./send-blocks.js";
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
  readonly onSent?: ((bytes: number) => void) | undefined;
}

/**
 * Writes a file, or unpacks a folder, aside; checks it; and only then gives it its name.
 *
 * Guarantees: under the final name stands the old or the whole new content, never a part; what stands aside is closed to
 * all others until it has its group and mode, and is removed if anything fails.
 */
export async function deliver(source: ChannelSource, operation: string, path: RemotePath, delivery: Delivery): Promise<void> {
  const target = pathWord(path);
  const part = `${parentOf(target).replace(/\/$/, "")}/.hpckit-${randomBytes(8).toString("hex")}.part`;
  const { kind, policy, totalBytes = 0, signal } = delivery;
  const receive = kind === "file" ? receiveFile({ part, target, policy, totalBytes }) : receiveFolder({ part, target, policy });
  const script = lines(cleanUpWhenFailing(part), receive);
  await sendBlocks(delivery, {
    owner: (lane) => runFileScript(source, { operation, path, script, ...lane, signal }),
    helper: (lane, stop) => runFileScript(source, { operation, path, script: helpReceive(part), ...lane, signal: stop }),
  });
}

/** A word to a connection that is gone must not end the script before it has cleaned up. */
export const cleanUpWhenFailing = (part: Word): ShellExpression => sh`
  fail() { rm -rf --one-file-system -- ${part}; if [ "$#" -gt 0 ]; then echo "$*" >&2; fi; exit 1; }
  trap 'fail "hpckit: ended by a signal"' TERM HUP INT
  trap '' PIPE
`;
