import { OutputUnreadableError, sh, type Cancellable, type RemotePath } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { pieceHandover } from "../command/piece-handover.js";
import { runFileScript } from "../file/file-script.js";
import { pathWord } from "../file/path.js";

/** A file or a folder on its way from one side: what it is, its bytes, and their digest once all have been read. */
export interface Shipment extends AsyncDisposable {
  readonly kind: "file" | "folder";
  /** Bytes of the file, or of all files in the folder, before it began. */
  readonly totalBytes: number;
  /** Content of the file, or the folder as a tar archive. Read it once, to the end. */
  readonly pieces: AsyncIterable<Buffer>;
  /** SHA-256 in hex of all pieces, as the sending side computed it. */
  readonly digest: () => string;
}

/** What sha256sum prints of its standard input: 64 digits, two blanks, a hyphen, a newline. */
const digestLine = 68;

/**
 * Opens a file or folder for sending: one pass, in which the far side hashes what it sends.
 *
 * Guarantees: where the pieces end without an error, every byte was read and nothing changed in the meantime. A link at
 * the top is followed; links inside a folder are sent as links.
 */
export async function openShipment(source: ChannelSource, path: RemotePath, { signal }: Cancellable): Promise<Shipment> {
  const left = new AbortController();
  const handover = pieceHandover();
  const script = sendScript(path);
  const sent = runFileScript(source, {
    operation: "read",
    path,
    script,
    onOutput: handover.give,
    signal: signal === undefined ? left.signal : AbortSignal.any([left.signal, signal]),
  });
  sent.then(handover.end, handover.end);
  let held: Buffer = Buffer.alloc(0);
  for (let piece = await handover.take(); piece !== undefined; piece = await handover.take()) {
    held = Buffer.concat([held, piece]);
    if (held.includes("\n")) break;
  }
  const end = held.indexOf("\n");
  if (end === -1) await sent;
  const header = /^(file|folder) (\d+)$/.exec(held.subarray(0, end).toString("latin1"));
  if (header === null) throw new OutputUnreadableError("read", "no header", held.toString("latin1"));
  held = held.subarray(end + 1);

  async function* pieces(): AsyncGenerator<Buffer, void> {
    for (;;) {
      if (held.length > digestLine) {
        const piece = held.subarray(0, -digestLine);
        held = held.subarray(-digestLine);
        yield piece;
      }
      const next = await handover.take();
      if (next === undefined) break;
      held = Buffer.concat([held, next]);
    }
    await sent;
  }

  return {
    kind: header[1] as "file" | "folder",
    totalBytes: Number(header[2]),
    pieces: pieces(),
    digest() {
      const line = /^([0-9a-f]{64}) {2}-\n$/.exec(held.toString("latin1"));
      if (line?.[1] === undefined) throw new OutputUnreadableError("sha256sum", "no digest at the end", held.toString("latin1"));
      return line[1];
    },
    async [Symbol.asyncDispose]() {
      left.abort();
      await sent.catch(() => undefined);
    },
  };
}

function sendScript(path: RemotePath): ReturnType<typeof sh> {
  const word = pathWord(path);
  return sh`
    state() { stat -L --format '%s %y' -- ${word}; }
    if [ -d ${word} ]; then
      kind=folder
      size=$(find -H ${word} -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%.0f", sum }') || exit 1
      produce() { tar -C ${word} -cf - .; }
    else
      exec 6<${word} || exit 1
      if [ ! -f ${word} ]; then echo "hpckit: unsupported: neither file nor folder" >&2; exit 1; fi
      kind=file
      before=$(state) || exit 1
      size=\${before%% *}
      produce() { cat <&6; }
    fi
    echo "$kind $size"
    exec 8>&1
    status=$({ { produce 7>&-; echo "$?" >&7; } | tee /dev/fd/9 9>&1 >&8 7>&- | sha256sum >&8 7>&-; } 7>&1)
    [ "$status" -eq 0 ] || exit 1
    if [ "$kind" = file ] && [ "$size" -gt 0 ] && [ "$(state)" != "$before" ]; then echo "hpckit: digest: it changed while it was read" >&2; exit 1; fi
  `;
}
