import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Who may do what with a file of this machine. All input and output of this package is in this folder. */
export interface FileAccess {
  /** Permission bits, e.g. `0o644`. Where an access list gives more, the group's bits show it. */
  readonly mode: number;
  /** Whose it is, seen from the account of this process. */
  readonly owner: "me" | "root" | "other";
}

/** A file that was read. */
export interface SourceFile extends FileAccess {
  readonly path: string;
  readonly text: string;
}

export type SourceLookup =
  | { readonly kind: "read"; readonly file: SourceFile }
  | { readonly kind: "not-found" }
  | { readonly kind: "unreadable"; readonly reason: string };

const mostBytes = 16 * 1024 * 1024;

/**
 * Reads a text file. Content, owner and permissions are of one and the same file, whatever is renamed meanwhile, and whatever
 * links lead to it. What is no regular file, a pipe for instance, is never waited for.
 */
export async function readSource(path: string): Promise<SourceLookup> {
  try {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readHandle(path, handle);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "not-found" };
    return { kind: "unreadable", reason: code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "is not UTF-8 text" : `cannot be read (${String(code)})` };
  }
}

async function readHandle(path: string, handle: FileHandle): Promise<SourceLookup> {
  const found = await handle.stat();
  if (found.isDirectory()) return { kind: "unreadable", reason: "is a folder" };
  if (!found.isFile()) return { kind: "unreadable", reason: "is no regular file" };
  if (found.size > mostBytes) return { kind: "unreadable", reason: `is longer than ${mostBytes / 1024 / 1024} MiB` };
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await handle.readFile());
  return { kind: "read", file: { path, text, ...accessOf(found) } };
}

const accessOf = ({ uid, mode }: { readonly uid: number; readonly mode: number }): FileAccess => ({ mode: mode & 0o7777, owner: uid === process.getuid?.() ? "me" : uid === 0 ? "root" : "other" });

/** Whose a file is and who may do what with it, unread; undefined where that cannot be told. */
export const readAccess = async (path: string): Promise<FileAccess | undefined> => stat(path).then(accessOf, () => undefined);

/** A variable of this process. */
export const readVariable = (name: string): string | undefined => process.env[name];

/** All variables of this process. */
export const processVariables = (): Readonly<Record<string, string | undefined>> => process.env;

/** The absolute path of a file that a caller or a layer names. */
export function locate(file: string | URL, folder: string | URL | undefined): string {
  if (file instanceof URL || file.startsWith("file:")) return fileURLToPath(file);
  if (file.startsWith("~/")) return resolve(homedir(), file.slice(2));
  return resolve(folder === undefined ? "." : locate(folder, undefined), file);
}
