import { Secret } from "@hpckit/core";
import { z } from "zod";

/**
 * How a secret is written in a layer:
 * - `{ file }`: the file's content without its last line break. It must be readable by its owner alone (0600);
 *   `~/` is the home folder, and a relative name starts at the folder of the file that names it;
 * - `{ environment }`: the value of a variable of this process;
 * - text, or a `Secret`: the value itself. A file that holds one must be readable by its owner alone, too.
 */
export type SecretInput = Secret | string | { readonly file: string } | { readonly environment: string };

/** Named, because the loader recognises the schema by it, through `optional()`, `describe()` and the like. */
export const isSecret = (value: unknown): boolean => value instanceof Secret;

/** A variable whose value must not be seen: it prints as `[secret]` and travels by the environment or a 0600 file. */
export const secretValue = (): z.ZodType<Secret, SecretInput> =>
  z.custom<Secret>(isSecret, 'expected a secret: text, { file: "…" } or { environment: "NAME" }');

const reference = z.union([z.strictObject({ file: z.string().min(1) }), z.strictObject({ environment: z.string().min(1) })]);

/** Where a secret is to be found, if a layer says so. */
export type SecretReference = z.infer<typeof reference>;

export function secretReference(value: unknown): SecretReference | undefined {
  const parsed = reference.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
