import { parseOptions, wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import { onFlag, textFlag, writeFlags, type FlagRule, type FlagRules } from "../engine/flags/flag-rule.js";
import { pathArgument } from "./argument.js";
import { commandShape, engineCommand, type CommandOptions } from "./engine-command.js";

/** Which objects of an image file: one, or a group (default: each group). */
export type SifObjects = { readonly group: number } | { readonly object: number };

const objects: z.ZodType<SifObjects, SifObjects> = z.union([z.strictObject({ group: z.int().positive() }), z.strictObject({ object: z.int().positive() })]);
const objectsRule: FlagRule<SifObjects> = {
  flags: ["group-id", "sif-id"],
  write: (value) => ("group" in value ? [{ flag: "group-id", value: String(value.group) }] : [{ flag: "sif-id", value: String(value.object) }]),
};

export interface SignOptions extends CommandOptions {
  /** A private key: by its number in `key list --secret`, or in a PEM file (1.2). A passphrase is asked on standard input. */
  readonly key?: { readonly index: number } | { readonly file: Word } | undefined;
  readonly objects?: SifObjects | undefined;
}

const signSchema: z.ZodType<SignOptions, SignOptions> = z.strictObject({
  ...commandShape,
  key: z.union([z.strictObject({ index: z.int().nonnegative() }), z.strictObject({ file: wordSchema })]).optional(),
  objects: objects.optional(),
});

export const signRules: FlagRules<Omit<SignOptions, keyof CommandOptions>> = {
  key: { flags: ["keyidx", "key"], write: (key) => ("index" in key ? [{ flag: "keyidx", value: String(key.index) }] : [{ flag: "key", value: key.file }]) },
  objects: objectsRule,
};

/** `apptainer sign`. It rewrites the file: never under jobs that use it. @param image - absolute path. @throws OptionsError, EngineError */
export function signCommand(image: Word, options: SignOptions = {}): readonly Word[] {
  const given = parseOptions(signSchema, options, "signCommand");
  return engineCommand("sign", given, { flags: writeFlags(signRules, given), arguments: [parseOptions(pathArgument, image, "signCommand")] });
}

/** Whose signature is believed: of the account's key ring, of a public key, or of a certificate (1.2). */
export type TrustedSigner = { readonly keyFile: Word } | { readonly certificate: Word; readonly intermediates?: Word | undefined; readonly roots?: Word | undefined };

export interface VerifyOptions extends CommandOptions {
  readonly signer?: TrustedSigner | undefined;
  readonly objects?: SifObjects | undefined;
  /** Each object, also those that were not signed. */
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
  /** Asks no key server. */
  readonly local?: boolean | undefined;
  /** Asks whether a certificate was revoked (1.2). */
  readonly checkRevocation?: boolean | undefined;
  /** Takes the weak signatures of old engines. */
  readonly legacyInsecure?: boolean | undefined;
  /** A key server. */
  readonly keyServer?: string | undefined;
}

const verifySchema: z.ZodType<VerifyOptions, VerifyOptions> = z.strictObject({
  ...commandShape,
  signer: z.union([z.strictObject({ keyFile: wordSchema }), z.strictObject({ certificate: wordSchema, intermediates: wordSchema.optional(), roots: wordSchema.optional() })]).optional(),
  objects: objects.optional(),
  all: z.boolean().optional(),
  json: z.boolean().optional(),
  local: z.boolean().optional(),
  checkRevocation: z.boolean().optional(),
  legacyInsecure: z.boolean().optional(),
  keyServer: z.url().optional(),
});

const signer: FlagRule<TrustedSigner> = {
  flags: ["key", "certificate", "certificate-intermediates", "certificate-roots"],
  write: (value) =>
    "keyFile" in value
      ? [{ flag: "key", value: value.keyFile }]
      : [
          { flag: "certificate", value: value.certificate },
          ...(value.intermediates === undefined ? [] : [{ flag: "certificate-intermediates", value: value.intermediates }]),
          ...(value.roots === undefined ? [] : [{ flag: "certificate-roots", value: value.roots }]),
        ],
};

export const verifyRules: FlagRules<Omit<VerifyOptions, keyof CommandOptions>> = {
  signer,
  objects: objectsRule,
  all: onFlag("all"),
  json: onFlag("json"),
  local: onFlag("local"),
  checkRevocation: onFlag("ocsp-verify"),
  legacyInsecure: onFlag("legacy-insecure"),
  keyServer: textFlag("url"),
};

/** `apptainer verify`. @param image - absolute path. @throws OptionsError, EngineError */
export function verifyCommand(image: Word, options: VerifyOptions = {}): readonly Word[] {
  const given = parseOptions(verifySchema, options, "verifyCommand");
  return engineCommand("verify", given, { flags: writeFlags(verifyRules, given), arguments: [parseOptions(pathArgument, image, "verifyCommand")] });
}
