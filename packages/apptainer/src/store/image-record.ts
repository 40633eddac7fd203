import { z } from "zod";
import type { SifImage } from "../image/image.js";
import type { Architecture } from "../image/sif-header.js";

/** An image in a store: its path is known. */
export interface StoredSif extends SifImage {
  readonly path: string;
}

export const storedSif = (folder: string): StoredSif => ({ kind: "sif", path: `${folder}/image.sif` });

/** What is known of an image in a store, kept beside it. */
export interface ImageRecord {
  /** As it was asked for, e.g. `docker://debian:12`. */
  readonly source: string;
  /** Of what it was made of: a manifest's, an archive's, that of a definition with its files. */
  readonly digest: string;
  /** Of the SIF itself, in hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** As its header says. */
  readonly architecture: Architecture;
  /** What made it, e.g. `apptainer version 1.4.5`. */
  readonly engine: string;
}

const recordSchema = z.object({
  source: z.string(),
  digest: z.string().regex(/^sha(?:256|512):[0-9a-f]+$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.int().min(1),
  header: z.string(),
  engine: z.string(),
});

export type WrittenRecord = z.infer<typeof recordSchema>;

/** Undefined for what is no record: a purge has taken a part of it, or another version wrote it. */
export function parseRecord(text: string): WrittenRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
