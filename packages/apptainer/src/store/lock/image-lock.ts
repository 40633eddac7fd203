import { readFile } from "node:fs/promises";
import { OptionsError } from "@hpckit/core";
import { z } from "zod";

/** What references of a project mean: digests by reference, as `docker://debian:12` is written. */
export type ImageLock = ReadonlyMap<string, string>;

const lockSchema = z.strictObject({
  version: z.literal(1),
  images: z.record(z.string(), z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/, { error: "not a digest" })),
});

/**
 * Reads a lock file of this machine; without one, nothing is locked.
 * @throws OptionsError for a file that is none: it is never taken for empty.
 */
export async function readImageLock(file: string): Promise<ImageLock> {
  try {
    return parseImageLock(await readFile(file, "utf8"), file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
    throw error;
  }
}

function parseImageLock(text: string, file: string): ImageLock {
  const refuse = (message: string, cause?: unknown): never => {
    throw new OptionsError("image lock", [{ path: file, message: `${message}: take it back from version control, or remove it and lock again` }], { cause });
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse("it is not JSON", error);
  }
  const parsed = lockSchema.safeParse(value);
  return parsed.success ? new Map(Object.entries(parsed.data.images)) : refuse(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}

/** In the order of the references, so that a change is a line. */
export const renderImageLock = (lock: ImageLock): string =>
  `${JSON.stringify({ version: 1, images: Object.fromEntries([...lock].sort(([one], [other]) => (one < other ? -1 : 1))) }, null, 2)}\n`;
