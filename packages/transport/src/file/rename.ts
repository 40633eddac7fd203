import { sh, type Cancellable, type RemotePath } from "@hpckit/core";
import { cancellable } from "../cancellable.js";
import type { ChannelSource } from "../channel/channel.js";
import { runFileScript } from "./file-script.js";
import { parentOf, pathWord } from "./path.js";

/** {@link Transport.rename}. To another file system it is refused: mv would copy, and that is no rename. */
export async function rename(source: ChannelSource, from: RemotePath, to: RemotePath, options: Cancellable = {}): Promise<void> {
  const { signal } = cancellable(options, "rename");
  const [old, wanted] = [pathWord(from), pathWord(to)];
  const script = sh`
    here=$(stat --format %d -- ${old}) && there=$(stat -L --format %d -- ${parentOf(wanted)}) || exit 1
    if [ "$here" != "$there" ]; then echo "Invalid cross-device link" >&2; exit 1; fi
    mv -fT -- ${old} ${wanted}
  `;
  await runFileScript(source, { operation: "rename", path: from, script, signal });
}
