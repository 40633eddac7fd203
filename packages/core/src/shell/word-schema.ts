import { z } from "zod";
import type { Word } from "./word.js";

/** A word in the options of a layer: text that arrives literally, or an expression. */
export const wordSchema: z.ZodType<Word, Word> = z.union([z.string(), z.strictObject({ shell: z.string() })], {
  error: "a word is a text, or an expression made by expand, raw or sh",
});

/** A command and its arguments. Programs in plain JavaScript hand over numbers, too, which would vanish. */
export const commandSchema: z.ZodType<readonly Word[], readonly Word[]> = z
  .array(wordSchema, { error: 'a command is a list of words, e.g. ["ls", "-l"]; a line of shell is ["sh", "-c", line]' })
  .min(1, { error: "a command has at least one word" });
