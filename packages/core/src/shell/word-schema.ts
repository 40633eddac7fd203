import { z } from "zod";
import type { Word } from "./word.js";

/** A word in the options of a layer: text that arrives literally, or an expression. */
export const wordSchema: z.ZodType<Word, Word> = z.union([z.string(), z.strictObject({ shell: z.string() })], {
  error: "a word is a text, or an expression made by expand, raw or sh",
});
