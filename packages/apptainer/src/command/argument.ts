import { wordSchema, type Word } from "@hpckit/core";
import type { z } from "zod";

/**
 * A path or name behind the flags of a verb that reads flags there, too: what begins with a dash would be one.
 * Absolute paths never do.
 */
export const pathArgument: z.ZodType<Word, Word> = wordSchema.refine((word) => typeof word !== "string" || /^\/[^\0]*$/.test(word), { error: "not an absolute path" });
