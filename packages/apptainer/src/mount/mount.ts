import { wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";

/** A file or folder of the host as the container sees it. */
export interface Mount {
  readonly source: Word;
  readonly destination: Word;
  readonly readOnly: boolean;
  /** The source is a file that holds a file system, and that is mounted. */
  readonly isImage?: boolean | undefined;
}

export interface MountInput {
  /** Absolute path on the host; it must be there when the container starts. */
  readonly source: Word;
  /** Absolute path in the container; by default the same. */
  readonly destination?: Word | undefined;
  /** By default the container may write. */
  readonly readOnly?: boolean | undefined;
}

export const mountSchema: z.ZodType<Mount, MountInput> = z
  .strictObject({ source: wordSchema, destination: wordSchema.optional(), readOnly: z.boolean().optional() })
  .transform(({ source, destination, readOnly }) => ({ source, destination: destination ?? source, readOnly: readOnly ?? false }));
