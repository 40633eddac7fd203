import { createHash } from "node:crypto";
import { filePolicySchema, parseOptions, type RemotePath, type WriteFileOptions } from "@hpckit/core";
import { z } from "zod";
import type { ChannelSource } from "../channel/channel.js";
import { deliver } from "./receiver.js";

const schema: z.ZodType<WriteFileOptions> = z.strictObject({ policy: filePolicySchema.optional(), signal: z.instanceof(AbortSignal).optional() });

/** {@link Transport.writeFile}. A symbolic link under that name is replaced, not followed. */
export async function writeFile(source: ChannelSource, path: RemotePath, content: string | Uint8Array, options: WriteFileOptions = {}): Promise<void> {
  const { policy, signal } = parseOptions(schema, options, "options of writeFile");
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const digest = (): string => createHash("sha256").update(bytes).digest("hex");
  await deliver(source, "writeFile", path, { kind: "file", policy, pieces: bytes.length === 0 ? [] : [bytes], digest, signal });
}
