import { z } from "zod";

/** Text in a file of this machine, or given here. */
export type TextSource = string | { readonly text: string };

const one: z.ZodType<TextSource, TextSource> = z.union([z.string().min(1), z.strictObject({ text: z.string() })], {
  error: "the path of a file on this machine, or { text }",
});

/** One text or several, in the order in which pip reads them. */
export const textsSchema: z.ZodType<readonly TextSource[], TextSource | readonly TextSource[]> = z
  .union([one, z.array(one)], { error: "the path of a file on this machine, or { text }; or a list of them" })
  .transform((given) => (isList(given) ? given : [given]));

const isList = (given: TextSource | readonly TextSource[]): given is readonly TextSource[] => Array.isArray(given);
