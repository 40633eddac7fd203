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

/** An expression is checked where it is known: on the node, by Apptainer. */
const imagePath = wordSchema.superRefine((path, context) => {
  if (typeof path !== "string") return;
  if (!path.startsWith("/")) context.addIssue({ code: "custom", message: `${JSON.stringify(path)} is not an absolute path` });
  if (path.includes("\0")) context.addIssue({ code: "custom", message: "no path can hold a NUL character" });
});

export const imageSchema: z.ZodType<Image> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("sif"), path: imagePath }),
  z.strictObject({ kind: z.literal("sandbox"), path: imagePath }),
]);

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
