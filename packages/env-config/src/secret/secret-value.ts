import { Secret, timeLimitSchema } from "@hpckit/core";
import { z } from "zod";

/** A program of this machine that prints a secret. */
export interface SecretCommand {
  /** The program and its arguments, with no shell. It starts in the folder of the file that names it. */
  readonly command: readonly string[];
  /** How long it may take, in milliseconds (default 30 000). */
  readonly timeLimitMs?: number | undefined;
}

/**
 * How a secret is written in a layer:
 * - `{ file }`: the file's content without its last line break. It must be this account's own and readable by its owner alone
 *   (0600); `~/` is the home folder, and a relative name starts at the folder of the file that names it;
 * - `{ environment }`: the value of a variable of this process;
 * - `{ command: ["pass", "show", "caqrn"] }`: what a program prints, without its last line break. A file that names one must be
 *   writable by its owner alone;
 * - text, or a `Secret`: the value itself. A file that holds one must be readable by its owner alone, too.
 */
export type SecretInput = Secret | string | { readonly file: string } | { readonly environment: string } | SecretCommand;

/** Named, because the loader recognises the schema by it, through `optional()`, `describe()` and the like. */
export const isSecret = (value: unknown): boolean => value instanceof Secret;

export const expectedSecret = 'expected a secret: text, { file: "…" }, { environment: "NAME" } or { command: ["…"] }';

/** A variable whose value must not be seen: it prints as `[secret]` and travels by the environment or a 0600 file. */
export const secretValue = (): z.ZodType<Secret, SecretInput> =>
  z.custom<Secret>(isSecret, expectedSecret);

const word = z.string().regex(/^[^\0]*$/);
const reference = z.union([
  z.strictObject({ file: word.min(1) }),
  z.strictObject({ environment: z.string().min(1) }),
  z.strictObject({ command: z.tuple([word.min(1)], word), timeLimitMs: timeLimitSchema.optional() }),
]);

/** Where a secret is to be found, if a layer says so. */
export type SecretReference = z.infer<typeof reference>;

export function secretReference(value: unknown): SecretReference | undefined {
  const parsed = reference.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
