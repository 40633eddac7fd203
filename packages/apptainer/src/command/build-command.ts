import { parseOptions, wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import { decryptionShape, decryptionRules, type DecryptionOptions } from "../container/options/decryption.js";
import { choiceFlag, listFlag, mapped, onFlag, textFlag, writeFlags, type FlagRule, type FlagRules } from "../engine/flags/flag-rule.js";
import { engineReference, type ImageReference } from "../image/image-reference.js";
import { mountSchema, type Mount, type MountInput } from "../mount/mount.js";
import { variableNameSchema } from "../variable/variable-name-schema.js";
import { pathArgument } from "./argument.js";
import { commandShape, engineCommand, type CommandOptions } from "./engine-command.js";
import { mountFlags } from "./mount-flags.js";
import { registryRules, registryShape, type RegistryOptions } from "./pull-commands.js";

export interface BuildOptions extends CommandOptions, RegistryOptions, DecryptionOptions {
  /** Absolute path of the new image. */
  readonly to: Word;
  /** A folder instead of a file. */
  readonly sandbox?: boolean | undefined;
  /** Runs the definition over a folder that is there. Needs `sandbox`. */
  readonly update?: boolean | undefined;
  /** Replaces what is at `to`. A folder there would be deleted. */
  readonly force?: boolean | undefined;
  readonly fakeroot?: boolean | undefined;
  /** Without the setuid helper, even where there is one. */
  readonly userNamespace?: boolean | undefined;
  /** Values for `{{ name }}` in the definition (1.2). */
  readonly arguments?: Readonly<Record<string, string>> | undefined;
  /** A file of them, `name=value` by line (1.2). */
  readonly argumentFile?: Word | undefined;
  /** Warns of an argument that the definition does not use, instead of failing (1.2). */
  readonly allowUnusedArguments?: boolean | undefined;
  /** Runs only these sections of the definition. */
  readonly sections?: readonly ("setup" | "pre" | "post" | "files" | "environment" | "test" | "labels" | "none" | "all")[] | undefined;
  /** Leaves the test section out. */
  readonly noTest?: boolean | undefined;
  /** Gives the owner read and write access to everything, as images of other tools may need. */
  readonly fixPermissions?: boolean | undefined;
  /** Encrypts the image with the key of `decryption`. */
  readonly encrypt?: boolean | undefined;
  readonly gpu?: "nvidia" | "amd" | "nvidia-container-cli" | undefined;
  readonly mounts?: readonly MountInput[] | undefined;
  readonly writableMemory?: boolean | undefined;
  readonly arch?: string | undefined;
  readonly archVariant?: string | undefined;
  /** For mksquashfs, e.g. `-comp zstd` (1.4). */
  readonly squashArguments?: string | undefined;
  readonly disableCache?: boolean | undefined;
  readonly keepTemporary?: boolean | undefined;
  /** Dates the image by its source, so that two builds give the same bytes (1.5). */
  readonly reproducible?: boolean | undefined;
  /** The definition is JSON. */
  readonly json?: boolean | undefined;
  /** An image of data alone, not of a root file system (1.5). */
  readonly dataOnly?: boolean | undefined;
  /** A daemon that builds Dockerfiles (1.5). */
  readonly buildkitHost?: string | undefined;
}

type BuildFlags = Omit<BuildOptions, keyof CommandOptions | "to" | "mounts">;

const buildShape = {
  ...registryShape,
  ...decryptionShape,
  sandbox: z.boolean().optional(),
  update: z.boolean().optional(),
  force: z.boolean().optional(),
  fakeroot: z.boolean().optional(),
  userNamespace: z.boolean().optional(),
  arguments: z.record(variableNameSchema, z.string()).optional(),
  argumentFile: wordSchema.optional(),
  allowUnusedArguments: z.boolean().optional(),
  sections: z.array(z.enum(["setup", "pre", "post", "files", "environment", "test", "labels", "none", "all"])).optional(),
  noTest: z.boolean().optional(),
  fixPermissions: z.boolean().optional(),
  encrypt: z.boolean().optional(),
  gpu: z.enum(["nvidia", "amd", "nvidia-container-cli"]).optional(),
  mounts: z.array(mountSchema).optional(),
  writableMemory: z.boolean().optional(),
  arch: z.string().regex(/^\w+$/).optional(),
  archVariant: z.string().regex(/^\w+$/).optional(),
  squashArguments: z.string().optional(),
  disableCache: z.boolean().optional(),
  keepTemporary: z.boolean().optional(),
  reproducible: z.boolean().optional(),
  json: z.boolean().optional(),
  dataOnly: z.boolean().optional(),
  buildkitHost: z.string().optional(),
};

const buildSchema: z.ZodType<Omit<BuildOptions, "mounts"> & { readonly mounts?: readonly Mount[] | undefined }, BuildOptions> = z
  .strictObject({ ...commandShape, ...buildShape, to: pathArgument })
  .refine(({ update, sandbox }) => update !== true || sandbox === true, { error: "the engine updates only a folder: add sandbox", path: ["update"] })
  .refine(({ sandbox, to }) => sandbox !== true || typeof to !== "string" || !/[,:]/.test(to), {
    error: "the engine cannot extract to a folder whose path holds a comma or a colon: build it elsewhere, and rename it",
    path: ["to"],
  })
  .refine(({ encrypt, decryption }) => encrypt !== true || decryption !== undefined, { error: "there is nothing to encrypt with: give decryption a key, too", path: ["encrypt"] })
  .refine(({ encrypt, sandbox }) => encrypt !== true || sandbox !== true, { error: "a folder cannot be encrypted", path: ["encrypt"] });

const buildArguments: FlagRule<Readonly<Record<string, string>>> = mapped(listFlag("build-arg"), (values: Readonly<Record<string, string>>) => Object.entries(values).map(([name, value]) => `${name}=${value}`));

export const buildRules: FlagRules<BuildFlags> = {
  ...registryRules,
  ...decryptionRules,
  sandbox: onFlag("sandbox"),
  update: onFlag("update"),
  force: onFlag("force"),
  fakeroot: onFlag("fakeroot"),
  userNamespace: onFlag("userns"),
  arguments: buildArguments,
  argumentFile: textFlag("build-arg-file"),
  allowUnusedArguments: onFlag("warn-unused-build-args"),
  sections: listFlag("section"),
  noTest: onFlag("notest"),
  fixPermissions: onFlag("fix-perms"),
  encrypt: onFlag("encrypt"),
  gpu: choiceFlag({ nvidia: "nv", amd: "rocm", "nvidia-container-cli": "nvccli" }),
  writableMemory: onFlag("writable-tmpfs"),
  arch: textFlag("arch"),
  archVariant: textFlag("arch-variant"),
  squashArguments: textFlag("mksquashfs-args"),
  disableCache: onFlag("disable-cache"),
  keepTemporary: onFlag("no-cleanup"),
  reproducible: onFlag("reproducible"),
  json: onFlag("json"),
  dataOnly: onFlag("data"),
  buildkitHost: textFlag("buildkit-host"),
};

/**
 * `apptainer build`, as it is written; {@link buildImage} runs one whole or not at all. A passphrase goes by the
 * environment of whoever runs it: APPTAINER_ENCRYPTION_PASSPHRASE.
 * @param from - absolute path of a definition, an image or a folder; or a reference.
 * @throws OptionsError, EngineError
 */
export function buildCommand(from: Word | ImageReference, options: BuildOptions): readonly Word[] {
  const given = parseOptions(buildSchema, options, "buildCommand");
  const mounts = mountFlags(given.mounts ?? []);
  const source = typeof from === "object" && "kind" in from ? engineReference(from) : parseOptions(pathArgument, from, "buildCommand");
  return engineCommand("build", given, { flags: [...writeFlags(buildRules, given), ...mounts], arguments: [given.to, source] });
}
