import { cancellableShape, type Cancellable } from "@hpckit/core";
import { z } from "zod";

/** How a file is copied to every node of a job. */
export interface BroadcastOptions {
  /** Replace what is there (default: refuse it). */
  readonly force?: boolean | undefined;
  /** Keep the times of the original; its mode is kept in any case. */
  readonly preserve?: boolean | undefined;
  /** Compress it on its way (lz4). */
  readonly compress?: boolean | undefined;
  /** What is compared on every node before the copy gets its name: `digest` (default), or its `size` alone, which reads nothing again. */
  readonly verify?: "digest" | "size" | undefined;
}

export interface AllocationBroadcastOptions extends BroadcastOptions, Cancellable {}

/** A file that is on every node of an allocation. */
export interface BroadcastResult {
  readonly sizeBytes: number;
  readonly nodes: readonly string[];
}

const shape = { force: z.boolean().optional(), preserve: z.boolean().optional(), compress: z.boolean().optional(), verify: z.enum(["digest", "size"]).optional() };

export const broadcastOptionsSchema: z.ZodType<BroadcastOptions> = z.strictObject(shape);
export const allocationBroadcastSchema: z.ZodType<AllocationBroadcastOptions> = z.strictObject({ ...shape, ...cancellableShape });

/**
 * Options of sbcast. A copy goes aside first, under a name that nobody can guess; and without `--force`, so that nothing is written to what somebody has
 * put there all the same, such as a link.
 * @see sbcast(1); the same in 22.05 to 26.05
 */
export const renderBroadcastOptions = ({ preserve = false, compress = false }: BroadcastOptions): readonly string[] => [...(preserve ? ["--preserve"] : []), ...(compress ? ["--compress=lz4"] : [])];
