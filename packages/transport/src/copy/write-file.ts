import { cancellableShape, filePolicySchema, OptionsError, parseOptions, type RemotePath, type WriteFileOptions } from "@hpckit/core";
import { z } from "zod";
import type { ChannelSource } from "../channel/channel.js";
import { joinToBlocks } from "./blocks.js";
import { deliver } from "./deliver.js";
import { createWitness } from "./verification.js";

const schema: z.ZodType<WriteFileOptions> = z.strictObject({ policy: filePolicySchema.optional(), ...cancellableShape });

/** {@link Transport.writeFile}. A symbolic link under that name is replaced, not followed. */
export async function writeFile(source: ChannelSource, path: RemotePath, content: string | Uint8Array, options: WriteFileOptions = {}): Promise<void> {
  const { policy, signal } = parseOptions(schema, options, "options of writeFile");
  if (typeof content !== "string" && !((content as unknown) instanceof Uint8Array)) throw new OptionsError("content of writeFile", [{ path: "", message: "neither text nor bytes" }]);
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const witness = createWitness(bytes.length, "full");
  witness.see({ offset: 0, bytes });
  await deliver(source, "writeFile", path, { kind: "file", policy, blocks: joinToBlocks(bytes.length === 0 ? [] : [bytes]), witness, signal });
}
