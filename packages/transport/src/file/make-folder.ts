import { cancellableShape, filePolicySchema, parseOptions, sh, type MakeFolderOptions, type RemotePath } from "@hpckit/core";
import { z } from "zod";
import type { ChannelSource } from "../channel/channel.js";
import type { Octets } from "../guard/octets.js";
import { octalMode, setGroup } from "./apply-policy.js";
import { runFileScript } from "./file-script.js";
import { pathWord } from "./path.js";

const schema: z.ZodType<MakeFolderOptions> = z.strictObject({ ...cancellableShape, recursive: z.boolean().optional(), policy: filePolicySchema.optional() });

/** {@link Transport.mkdir}; a policy governs the folders that are made, and leaves those alone that were there. */
export async function makeFolder(source: ChannelSource, path: RemotePath, options: MakeFolderOptions = {}): Promise<void> {
  const { recursive, policy, signal } = parseOptions(schema, options, "options of mkdir");
  const folder = pathWord(path);
  const make =
    policy === undefined
      ? sh`mkdir -- "$1"`
      : // Closed until it has its group: with the final mode at once it would for an instant be open to another group.
        sh`mkdir -m ${octalMode(policy.folderMode & (policy.group === undefined ? 0o7777 : 0o700))} -- "$1" && ${setGroup(policy)} chmod ${octalMode(policy.folderMode)} -- "$1"`;
  const script = sh`
    make() { ${make}; }
    for folder in ${recursive === true ? ancestors(folder) : [folder]}; do
      ${recursive === true ? sh`if [ -d "$folder" ]; then continue; fi` : sh`:`}
      make "$folder" || ${recursive === true ? sh`[ -d "$folder" ]` : sh`exit 1`} || exit 1
    done
  `;
  await runFileScript(source, { operation: "mkdir", path, script, signal });
}

/** A path and everything above it, from the top. */
function ancestors(path: Octets): readonly Octets[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/")).filter((each) => each !== "" && each !== ".");
}
