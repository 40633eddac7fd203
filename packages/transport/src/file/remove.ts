import { cancellableShape, OptionsError, parseOptions, sh, type RemotePath, type RemoveOptions } from "@hpckit/core";
import { z } from "zod";
import type { ChannelSource } from "../channel/channel.js";
import { runFileScript } from "./file-script.js";
import { pathWord, shownPath } from "./path.js";

const schema: z.ZodType<RemoveOptions> = z.strictObject({ ...cancellableShape, recursive: z.boolean().optional() });

/** {@link Transport.remove} */
export async function remove(source: ChannelSource, path: RemotePath, options: RemoveOptions = {}): Promise<void> {
  const { recursive, signal } = parseOptions(schema, options, "options of remove");
  const word = pathWord(path);
  if (/(?:^|\/)\.{0,2}$/.test(word)) throw new OptionsError("path", [{ path: "", message: `${shownPath(path)} cannot be removed` }]);
  const script =
    recursive === true
      ? sh`rm -rf --one-file-system -- ${word}`
      : sh`if [ -d ${word} ] && [ ! -L ${word} ]; then rmdir -- ${word}; else rm -f -- ${word}; fi`;
  await runFileScript(source, { operation: "remove", path, script, signal });
}
