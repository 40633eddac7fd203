import { millisecondsSchema } from "@hpckit/core";
import { z } from "zod";

/** How a lost connection is made again. */
export interface ReconnectOptions {
  /** The longest pause before the first try to connect again, in milliseconds; by default 1,000. Each failure doubles it; how long a pause really is, chance decides. */
  readonly firstPauseMs?: number | undefined;
  /** No pause is longer, in milliseconds; by default 30,000. */
  readonly longestPauseMs?: number | undefined;
  /** After so many failures in a row calls do not wait any more but fail at once, and one at a time tries again after a pause; by default 5. */
  readonly failuresToOpen?: number | undefined;
}

export const reconnectSchema = z.union([z.literal(false), z.strictObject({ firstPauseMs: millisecondsSchema.optional(), longestPauseMs: millisecondsSchema.optional(), failuresToOpen: z.number().int().positive().optional() })], {
  error: "false, or { firstPauseMs, longestPauseMs, failuresToOpen }",
});

export const reconnectDefaults = { firstPauseMs: 1_000, longestPauseMs: 30_000, failuresToOpen: 5 } as const;
