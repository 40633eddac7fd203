import { Secret, wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import type { EnginePrefix } from "../../variable/crossing.js";
import type { FlagRules } from "../../engine/flags/flag-rule.js";

/** What opens an encrypted image. A passphrase goes by the environment: an argument would be seen by everyone. */
export type DecryptionKey = { readonly pemFile: Word } | { readonly passphrase: Secret };

export interface DecryptionOptions {
  readonly decryption?: DecryptionKey | undefined;
}

/** The engine's variable for a passphrase. */
export const passphraseVariable = (prefix: EnginePrefix): string => (prefix === "SINGULARITYENV_" ? "SINGULARITY_ENCRYPTION_PASSPHRASE" : "APPTAINER_ENCRYPTION_PASSPHRASE");

export const decryptionSchema: z.ZodType<DecryptionKey, DecryptionKey> = z.union([z.strictObject({ pemFile: wordSchema }), z.strictObject({ passphrase: z.instanceof(Secret, { error: "a secret: secret(text)" }) })]);

export const decryptionShape = { decryption: decryptionSchema.optional() };

export const decryptionRules: FlagRules<DecryptionOptions> = {
  decryption: { flags: ["pem-path"], write: (key) => ("pemFile" in key ? [{ flag: "pem-path", value: key.pemFile }] : []) },
};
