import { filePolicySchema, parseOptions, type CopyOptions, type CopyResult, type RemotePath } from "@hpckit/core";
import { z } from "zod";
import type { ChannelSource } from "../channel/channel.js";
import { deliver } from "./receiver.js";
import { openShipment } from "./sender.js";

/** One end of a copy. */
export interface CopyEnd {
  readonly source: ChannelSource;
  readonly path: RemotePath;
}

const schema: z.ZodType<CopyOptions> = z.strictObject({
  policy: filePolicySchema.optional(),
  onProgress: z.custom<CopyOptions["onProgress"]>((value) => typeof value === "function", "not a function").optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

/** Copies a file or folder from one machine to another: upload and download are this in its two directions. */
export async function copy(operation: string, from: CopyEnd, to: CopyEnd, options: CopyOptions = {}): Promise<CopyResult> {
  const { policy, onProgress, signal } = parseOptions(schema, options, `options of ${operation}`);
  await using shipment = await openShipment(from.source, from.path, { signal });
  const { kind, totalBytes } = shipment;
  let sizeBytes = 0;
  async function* counted(): AsyncGenerator<Buffer, void> {
    for await (const piece of shipment.pieces) {
      yield piece;
      sizeBytes += piece.length;
      // An archive is somewhat longer than the files in it.
      onProgress?.({ transferredBytes: kind === "file" ? sizeBytes : Math.min(sizeBytes, totalBytes), totalBytes: Math.max(totalBytes, kind === "file" ? sizeBytes : 0) });
    }
  }
  await deliver(to.source, operation, to.path, { kind, policy, pieces: counted(), digest: shipment.digest, signal });
  return kind === "file" ? { sizeBytes, sha256: shipment.digest() } : { sizeBytes: totalBytes, sha256: undefined };
}
