import { z } from "zod";

/** A whole number from 1 on. */
export const count = z.int({ error: "a whole number" }).positive({ error: "at least 1" });

/** What is asked for or not; there is no way to ask for the opposite. */
export const flag = z.literal(true, { error: "true, or leave it out (`condition || undefined`)" });

const controlCharacter = /\p{Cc}/u;

export const text = z
  .string()
  .min(1, { error: "an empty text: leave it out" })
  .refine((value) => !controlCharacter.test(value), { error: "no line breaks or other control characters" });

/** @param most - bytes, as Slurm counts them. */
export const textUpTo = (most: number): typeof text => text.refine((value) => Buffer.byteLength(value) <= most, { error: `at most ${most} bytes` });

/** A word in a list that Slurm separates with commas. */
export const word = text.regex(/^[^,\s]+$/, { error: "no comma and no blank: one entry of the list is one word" });

export const absolutePath = text.startsWith("/", { error: "an absolute path" });

/** One name or several, of which Slurm takes one; kept as Slurm writes them, with commas between. */
export type NamesInput = string | readonly string[];

/** @param what - what is named, e.g. `the name of a partition`. */
export const names = (what: string): z.ZodType<string, NamesInput> =>
  z.union([text.regex(/^[^,\s]+(?:,[^,\s]+)*$/, { error: `${what}, or several as "a,b"` }), z.array(word).min(1)], { error: `${what}, or several as "a,b" or a list` }).transform((given) => (typeof given === "string" ? given : given.join(",")));
