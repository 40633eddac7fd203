import { z } from "zod";

/** The engine's program, as every function takes it: a name on the PATH or an absolute path. */
export const programSchema: z.ZodType<string | undefined, string | undefined> = z
  .string()
  .regex(/^(?:\/[^\0]*|[\w+][\w.+-]*)$/, { error: "a name on the PATH or an absolute path" })
  .optional();
