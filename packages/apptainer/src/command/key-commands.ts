import { parseOptions, wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import { numberFlag, onFlag, textFlag, writeFlags, type FlagRule, type FlagRules } from "../engine/flags/flag-rule.js";
import { pathArgument } from "./argument.js";
import { commandShape, engineCommand, type CommandOptions } from "./engine-command.js";

/** Whose keys: the account's, those of a folder, or the machine's. */
export type KeyRing = { readonly folder: Word } | "machine";

interface KeyRingOptions extends CommandOptions {
  readonly keyRing?: KeyRing | undefined;
}

const keyRing: FlagRule<KeyRing> = { flags: ["keysdir", "global"], write: (ring) => (ring === "machine" ? [{ flag: "global" }] : [{ flag: "keysdir", value: ring.folder }]) };
const ringShape = { ...commandShape, keyRing: z.union([z.literal("machine"), z.strictObject({ folder: wordSchema })]).optional() };
const flag = z.boolean().optional();

const fingerprintSchema = z.string().regex(/^(?:0x)?[0-9A-Fa-f]{8,40}$/, { error: "a fingerprint, or the id of a key" });

export interface KeyListOptions extends KeyRingOptions {
  /** Private keys instead of public ones. */
  readonly secret?: boolean | undefined;
}
export const keyListRules: FlagRules<Omit<KeyListOptions, keyof CommandOptions>> = { keyRing, secret: onFlag("secret") };
const listSchema: z.ZodType<KeyListOptions, KeyListOptions> = z.strictObject({ ...ringShape, secret: flag });

/** `apptainer key list`. @throws OptionsError, EngineError */
export function keyListCommand(options: KeyListOptions = {}): readonly Word[] {
  const given = parseOptions(listSchema, options, "keyListCommand");
  return engineCommand("key list", given, { flags: writeFlags(keyListRules, given) });
}

export interface KeyNewpairOptions extends CommandOptions {
  readonly name: string;
  readonly email: string;
  readonly comment?: string | undefined;
  readonly bits?: number | undefined;
  readonly keyRing?: { readonly folder: Word } | undefined;
  /** Sends the public key to the key server. */
  readonly push?: boolean | undefined;
}
export const keyNewpairRules: FlagRules<Omit<KeyNewpairOptions, keyof CommandOptions>> = {
  name: textFlag("name"),
  email: textFlag("email"),
  comment: textFlag("comment"),
  bits: numberFlag("bit-length"),
  keyRing,
  // Left out, it would ask.
  push: { flags: ["push"], write: (value) => [value ? { flag: "push" } : { flag: "push", off: true }] },
};
const newpairSchema: z.ZodType<KeyNewpairOptions, KeyNewpairOptions> = z.strictObject({
  ...commandShape,
  name: z.string().min(1),
  email: z.email(),
  comment: z.string().optional(),
  bits: z.int().min(2048).optional(),
  keyRing: z.strictObject({ folder: wordSchema }).optional(),
  push: flag,
});

/** `apptainer key newpair`. It asks for a passphrase on standard input: its flag would show it to everyone. @throws OptionsError, EngineError */
export function keyNewpairCommand(options: KeyNewpairOptions): readonly Word[] {
  const given = parseOptions(newpairSchema, options, "keyNewpairCommand");
  return engineCommand("key newpair", given, { flags: writeFlags(keyNewpairRules, given) });
}

export interface KeyImportOptions extends KeyRingOptions {
  /** Asks for a new passphrase. */
  readonly newPassphrase?: boolean | undefined;
}
export const keyImportRules: FlagRules<Omit<KeyImportOptions, keyof CommandOptions>> = { keyRing, newPassphrase: onFlag("new-password") };
const importSchema: z.ZodType<KeyImportOptions, KeyImportOptions> = z.strictObject({ ...ringShape, newPassphrase: flag });

/** `apptainer key import`. @param file - absolute path. @throws OptionsError, EngineError */
export function keyImportCommand(file: Word, options: KeyImportOptions = {}): readonly Word[] {
  const given = parseOptions(importSchema, options, "keyImportCommand");
  return engineCommand("key import", given, { flags: writeFlags(keyImportRules, given), arguments: [parseOptions(pathArgument, file, "keyImportCommand")] });
}

export interface KeyExportOptions extends KeyRingOptions {
  readonly secret?: boolean | undefined;
  /** As text. */
  readonly armor?: boolean | undefined;
}
export const keyExportRules: FlagRules<Omit<KeyExportOptions, keyof CommandOptions>> = { keyRing, secret: onFlag("secret"), armor: onFlag("armor") };
const exportSchema: z.ZodType<KeyExportOptions, KeyExportOptions> = z.strictObject({ ...ringShape, secret: flag, armor: flag });

/** `apptainer key export`. It asks which one, on standard input. @param file - absolute path. @throws OptionsError, EngineError */
export function keyExportCommand(file: Word, options: KeyExportOptions = {}): readonly Word[] {
  const given = parseOptions(exportSchema, options, "keyExportCommand");
  return engineCommand("key export", given, { flags: writeFlags(keyExportRules, given), arguments: [parseOptions(pathArgument, file, "keyExportCommand")] });
}

export interface KeyRemoveOptions extends KeyRingOptions {
  /** By default the public one. */
  readonly which?: "public" | "secret" | "both" | undefined;
}
const which: FlagRule<"public" | "secret" | "both"> = { flags: ["public", "secret", "both"], write: (value) => [{ flag: value }] };
export const keyRemoveRules: FlagRules<Omit<KeyRemoveOptions, keyof CommandOptions>> = { keyRing, which };
const removeSchema: z.ZodType<KeyRemoveOptions, KeyRemoveOptions> = z.strictObject({ ...ringShape, which: z.enum(["public", "secret", "both"]).optional() });

/** `apptainer key remove`. @throws OptionsError, EngineError */
export function keyRemoveCommand(fingerprint: string, options: KeyRemoveOptions = {}): readonly Word[] {
  const given = parseOptions(removeSchema, options, "keyRemoveCommand");
  return engineCommand("key remove", given, { flags: writeFlags(keyRemoveRules, given), arguments: [parseOptions(fingerprintSchema, fingerprint, "keyRemoveCommand")] });
}

export interface KeyServerOptions extends KeyRingOptions {
  /** Address of the key server (default: the engine's). */
  readonly keyServer?: string | undefined;
}
export const keyServerRules: FlagRules<Omit<KeyServerOptions, keyof CommandOptions>> = { keyRing, keyServer: textFlag("url") };
const serverSchema: z.ZodType<KeyServerOptions, KeyServerOptions> = z.strictObject({ ...ringShape, keyServer: z.url().optional() });

/** `apptainer key pull`: what it brings is believed from then on, so compare the fingerprint with its owner first. @throws OptionsError, EngineError */
export const keyPullCommand = (fingerprint: string, options: KeyServerOptions = {}): readonly Word[] => keyServerCommand("key pull", fingerprint, options);

/** `apptainer key push`. @throws OptionsError, EngineError */
export const keyPushCommand = (fingerprint: string, options: KeyServerOptions = {}): readonly Word[] => keyServerCommand("key push", fingerprint, options);

function keyServerCommand(verb: "key pull" | "key push", fingerprint: string, options: KeyServerOptions): readonly Word[] {
  const given = parseOptions(serverSchema, options, verb);
  return engineCommand(verb, given, { flags: writeFlags(keyServerRules, given), arguments: [parseOptions(fingerprintSchema, fingerprint, verb)] });
}

export interface KeySearchOptions extends CommandOptions {
  readonly keyServer?: string | undefined;
  /** More of each key. */
  readonly long?: boolean | undefined;
}
export const keySearchRules: FlagRules<Omit<KeySearchOptions, keyof CommandOptions>> = { keyServer: textFlag("url"), long: onFlag("long-list") };
const searchSchema: z.ZodType<KeySearchOptions, KeySearchOptions> = z.strictObject({ ...commandShape, keyServer: z.url().optional(), long: flag });

/** `apptainer key search`: by name, address or fingerprint. @throws OptionsError, EngineError */
export function keySearchCommand(text: string, options: KeySearchOptions = {}): readonly Word[] {
  const given = parseOptions(searchSchema, options, "keySearchCommand");
  const sought = parseOptions(z.string().regex(/^[^-]/, { error: 'a text that does not begin with "-"' }), text, "keySearchCommand");
  return engineCommand("key search", given, { flags: writeFlags(keySearchRules, given), arguments: [sought] });
}
