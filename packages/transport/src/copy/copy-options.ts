import { callbackSchema, cancellableShape, filePolicySchema, type CopyOptions } from "@hpckit/core";
import { z } from "zod";

export const copyOptionsSchema: z.ZodType<CopyOptions> = z.strictObject({
  policy: filePolicySchema.optional(),
  verify: z.enum(["full", "sampled", "size"]).optional(),
  times: z.boolean().optional(),
  links: z.enum(["keep", "refuse"]).optional(),
  resume: z.boolean().optional(),
  onProgress: callbackSchema<CopyOptions["onProgress"]>().optional(),
  ...cancellableShape,
});
