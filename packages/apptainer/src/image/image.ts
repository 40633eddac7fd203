import { parseOptions, wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";

/** One squashed file, as `apptainer build` makes it. */
export interface SifImage {
  readonly kind: "sif";
  /** Absolute, on a file system that every node sees. */
  readonly path: Word;
}

/** A root file system as a plain folder. It starts fastest, and costs an inode for every file. */
export interface SandboxImage {
  readonly kind: "sandbox";
  /** Absolute, on a file system that every node sees. */
  readonly path: Word;
}

/** What a container can be started from without a registry and without a conversion at every start. */
export type Image = SifImage | SandboxImage;

/** A container that runs already, as `instance start` has left it. What it mounts was settled then. */
export interface InstanceImage {
  readonly kind: "instance";
  readonly name: string;
}

/** An expression is checked where it is known: on the node, by Apptainer. */
const imagePath = wordSchema.superRefine((path, context) => {
  if (typeof path !== "string") return;
  if (!path.startsWith("/")) context.addIssue({ code: "custom", message: `${JSON.stringify(path)} is not an absolute path` });
  if (path.includes("\0")) context.addIssue({ code: "custom", message: "no path can hold a NUL character" });
});

const nameWords = 'the name of an instance: letters, digits, ".", "_" and "-", and no "-" at its beginning';

/** `instance stop` reads flags behind its own, too: `-a` would mean all instances of the account. Its book is in a folder of its name. */
export const instanceName: z.ZodType<string, string> = z.string({ error: nameWords }).regex(/^(?!\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]*$/, { error: nameWords });

const startable = [z.strictObject({ kind: z.literal("sif"), path: imagePath }), z.strictObject({ kind: z.literal("sandbox"), path: imagePath })] as const;

/** Programs in plain JavaScript may hand over a reference. */
const unstartable = 'sif(path) or sandbox(path); a reference like docker("…") must first be brought to a file, once and not by every task: by buildImage or a store';

export const imageSchema: z.ZodType<Image> = z.discriminatedUnion("kind", startable, { error: unstartable });

/** Of what a command can be started in: an image, or an instance that runs. */
export const placeSchema: z.ZodType<Image | InstanceImage> = z.discriminatedUnion("kind", [...startable, z.strictObject({ kind: z.literal("instance"), name: instanceName })], { error: unstartable });

/**
 * An image in a file.
 * @param path - absolute; `expand("$SCRATCH/x.sif")` where it is known only on the node.
 * @throws OptionsError if the path is relative.
 */
export const sif = (path: Word): SifImage => ({ kind: "sif", path: parseOptions(imagePath, path, "sif") });

/**
 * An image in a folder.
 * @param path - absolute; `expand("$SCRATCH/root")` where it is known only on the node.
 * @throws OptionsError if the path is relative.
 */
export const sandbox = (path: Word): SandboxImage => ({ kind: "sandbox", path: parseOptions(imagePath, path, "sandbox") });

/**
 * A container that runs already, by its name.
 * @throws OptionsError for what is no name of an instance.
 */
export const instance = (name: string): InstanceImage => ({ kind: "instance", name: parseOptions(instanceName, name, "instance") });
