import type { RemotePath } from "@hpckit/core";
import { z } from "zod";
import { octets, unfit } from "../guard/octets.js";
import type { TreeEntry, TreeSnapshot } from "./tree-snapshot.js";

/** A path or a target in the memory of a program. */
const anyPath: z.ZodType<RemotePath> = z.union([z.string(), z.instanceof(Uint8Array)], { error: "neither text nor bytes" });

/** Below a root, and not out of it again. */
const belowRoot = (path: RemotePath): boolean => unfit(path) === undefined && octets(path).split("/").every((name) => name !== "" && name !== "." && name !== "..");

const below = (path: z.ZodType<RemotePath>): z.ZodType<RemotePath> => path.refine(belowRoot, "no path below the folder");

/** Of something below the root of a tree. */
export const pathBelowRoot = below(anyPath);

/** @param path - as paths stand in the form that is read. */
export const treeEntrySchema = (path: z.ZodType<RemotePath> = anyPath): z.ZodType<TreeEntry> =>
  z.strictObject({
    path: below(path),
    kind: z.enum(["file", "folder", "symlink", "other"]),
    sizeBytes: z.number(),
    mode: z.number(),
    modifiedAtSeconds: z.number(),
    stamp: z.string(),
    // Without a value, these are not written.
    target: path.optional(),
    sha256: z.string().optional(),
  }) as z.ZodType<TreeEntry>;

export const snapshotSchema = (path?: z.ZodType<RemotePath>): z.ZodType<TreeSnapshot> =>
  z.strictObject({ root: z.string(), takenAtSeconds: z.number(), entries: z.array(treeEntrySchema(path)) });
