import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A file of this machine. The only input and output of this package is in this module. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Readable by its owner alone: no permission for group or others. */
  readonly isPrivate: boolean;
  /** Permission bits, e.g. `0o644`. */
  readonly mode: number;
}

export type SourceLookup =
  | { readonly kind: "read"; readonly file: SourceFile }
  | { readonly kind: "not-found" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Reads a text file. Content and permissions are of one and the same file, whatever is renamed meanwhile. */
export async function readSource(path: string): Promise<SourceLookup> {
  try {
    await using handle = await open(path, "r");
    const { mode } = await handle.stat();
    const bytes = await handle.readFile();
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { kind: "read", file: { path, text, isPrivate: (mode & 0o077) === 0, mode: mode & 0o7777 } };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "not-found" };
    return { kind: "unreadable", reason: code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "is not UTF-8 text" : `cannot be read (${String(code)})` };
  }
}

/** A variable of this process. */
export const readVariable = (name: string): string | undefined => process.env[name];

/** The absolute path of a file that a caller or a layer names. */
export function locate(file: string | URL, folder: string | URL | undefined): string {
  if (file instanceof URL || file.startsWith("file:")) return fileURLToPath(file);
  if (file.startsWith("~/")) return resolve(homedir(), file.slice(2));
  return resolve(folder === undefined ? "." : locate(folder, undefined), file);
}
