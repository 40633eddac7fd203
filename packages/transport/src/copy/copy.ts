import { filePolicySchema, parseOptions, type CopyOptions, type CopyResult, type RemotePath } from "@hpckit/core";
import { z } from "zod";
import type { ChannelSource } from "../channel/channel.js";
import { joinToBlocks } from "./blocks.js";
import { deliver } from "./receiver.js";
import { openShipment } from "./sender.js";

/** One end of a copy. */
export interface CopyEnd {
  readonly source: ChannelSource;
  readonly path: RemotePath;
}

export const copyOptionsSchema: z.ZodType<CopyOptions> = z.strictObject({
  policy: filePolicySchema.optional(),
  verify: z.enum(["full", "sampled", "size"]).optional(),
  onProgress: z.custom<CopyOptions["onProgress"]>((value) => typeof value === "function", "not a function").optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

/** Copies a file or folder from one machine to another: upload and download are this in its two directions. */
export async function copy(operation: string, from: CopyEnd, to: CopyEnd, options: CopyOptions = {}): Promise<CopyResult> {
  const { policy, onProgress, signal } = parseOptions(copyOptionsSchema, options, `options of ${operation}`);
  await using shipment = await openShipment(from.source, from.path, { signal });
  const { kind, totalBytes } = shipment;
  let sizeBytes = 0;
  const onSent = (bytes: number): void => {
    sizeBytes += bytes;
    // An archive is somewhat longer than the files in it.
    onProgress?.({ transferredBytes: kind === "file" ? sizeBytes : Math.min(sizeBytes, totalBytes), totalBytes: Math.max(totalBytes, kind === "file" ? sizeBytes : 0) });
  };
  const witness = {
    get line() {
      return `full ${sizeBytes} ${shipment.digest()}`;
    },
  };
  await deliver(to.source, operation, to.path, { kind, policy, blocks: joinToBlocks(shipment.pieces), witness, onSent, signal });
  return kind === "file" ? { sizeBytes, sha256: shipment.digest() } : { sizeBytes: totalBytes, sha256: undefined };
}
