import { sh, TransportError, type Cancellable, type RemotePath } from "@hpckit/core";
import { cancellable } from "../cancellable.js";
import type { ChannelSource } from "../channel/channel.js";
import { runFileScript } from "./file-script.js";
import { pathWord, shownPath } from "./path.js";

const maxBytes = 512 * 1024 * 1024;

/** {@link Transport.readFile}; for what fits in memory. */
export async function readFile(source: ChannelSource, path: RemotePath, options: Cancellable = {}): Promise<Uint8Array> {
  const { signal } = cancellable(options, "readFile");
  const pieces: Buffer[] = [];
  let size = 0;
  const onOutput = (piece: Buffer): void => {
    size += piece.length;
    if (size > maxBytes) throw new TransportError("output-too-large", `readFile ${shownPath(path)}: more than ${maxBytes} bytes; use download`);
    pieces.push(piece);
  };
  await runFileScript(source, { operation: "readFile", path, script: sh`cat -- ${pathWord(path)}`, onOutput, signal });
  return new Uint8Array(Buffer.concat(pieces));
}
