import { parseOptions, wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import { onFlag, textFlag, writeFlags, type FlagRules } from "../engine/flags/flag-rule.js";
import { engineReference, type ImageReference, type LibraryImage, type OrasImage } from "../image/image-reference.js";
import { pathArgument } from "./argument.js";
import { commandShape, engineCommand, type CommandOptions } from "./engine-command.js";

/** How the engine signs in, and to what. Names and passwords go by its environment or a file, never as arguments. */
export interface RegistryOptions {
  /** A file of sign-ins, as Docker keeps one (1.4). */
  readonly authFile?: Word | undefined;
  /** HTTP where the registry has no certificate. */
  readonly noHttps?: boolean | undefined;
  /** The daemon of `docker-daemon:` images (1.2). */
  readonly dockerHost?: string | undefined;
  /** The address of a library. */
  readonly library?: string | undefined;
}

export const registryShape = {
  authFile: wordSchema.optional(),
  noHttps: z.boolean().optional(),
  dockerHost: z.string().min(1).optional(),
  library: z.url({ protocol: /^https?$/ }).optional(),
};

export const registryRules: FlagRules<RegistryOptions> = { authFile: textFlag("authfile"), noHttps: onFlag("no-https"), dockerHost: textFlag("docker-host"), library: textFlag("library") };

export interface PullOptions extends CommandOptions, RegistryOptions {
  /** Absolute path of the new image. */
  readonly to: Word;
  /** A folder instead of a file (1.4). */
  readonly sandbox?: boolean | undefined;
  /** Replaces what is at `to`. A folder there would be deleted. */
  readonly force?: boolean | undefined;
  /** Of another machine, e.g. `arm64`. */
  readonly arch?: string | undefined;
  /** E.g. `v8`, beside `arch` (1.2). */
  readonly archVariant?: string | undefined;
  /** Keeps nothing in the engine's cache. */
  readonly disableCache?: boolean | undefined;
  /** Leaves its temporary files after a failure. */
  readonly keepTemporary?: boolean | undefined;
  /** Dates the image by its source, so that two pulls give the same bytes (1.5). */
  readonly reproducible?: boolean | undefined;
}

type PullFlags = Omit<PullOptions, keyof CommandOptions | "to">;

const pullShape = {
  ...registryShape,
  sandbox: z.boolean().optional(),
  force: z.boolean().optional(),
  arch: z.string().regex(/^\w+$/).optional(),
  archVariant: z.string().regex(/^\w+$/).optional(),
  disableCache: z.boolean().optional(),
  keepTemporary: z.boolean().optional(),
  reproducible: z.boolean().optional(),
};

const pullSchema: z.ZodType<PullOptions, PullOptions> = z.strictObject({ ...commandShape, ...pullShape, to: pathArgument });

export const pullRules: FlagRules<PullFlags> = {
  ...registryRules,
  sandbox: onFlag("sandbox"),
  force: onFlag("force"),
  arch: textFlag("arch"),
  archVariant: textFlag("arch-variant"),
  disableCache: onFlag("disable-cache"),
  keepTemporary: onFlag("no-cleanup"),
  reproducible: onFlag("reproducible"),
};

/**
 * `apptainer pull`: brings an image to a file.
 * @throws OptionsError, EngineError
 */
export function pullCommand(reference: ImageReference, options: PullOptions): readonly Word[] {
  const given = parseOptions(pullSchema, options, "pullCommand");
  return engineCommand("pull", given, { flags: writeFlags(pullRules, given), arguments: [given.to, engineReference(reference)] });
}

export interface PushOptions extends CommandOptions, RegistryOptions {
  readonly to: OrasImage | LibraryImage;
  /** A library takes only signed images otherwise. */
  readonly allowUnsigned?: boolean | undefined;
  /** A library shows it. */
  readonly description?: string | undefined;
}

export const pushRules: FlagRules<Omit<PushOptions, keyof CommandOptions | "to">> = { ...registryRules, allowUnsigned: onFlag("allow-unsigned"), description: textFlag("description") };

const pushSchema: z.ZodType<Omit<PushOptions, "to">, Omit<PushOptions, "to">> = z.strictObject({ ...commandShape, ...registryShape, allowUnsigned: z.boolean().optional(), description: z.string().optional() });

/** `apptainer push`: brings an image file to a registry. @throws OptionsError, EngineError */
export function pushCommand(image: Word, { to, ...options }: PushOptions): readonly Word[] {
  const given = parseOptions(pushSchema, options, "pushCommand");
  return engineCommand("push", given, { flags: writeFlags(pushRules, given), arguments: [parseOptions(pathArgument, image, "pushCommand"), engineReference(to)] });
}
