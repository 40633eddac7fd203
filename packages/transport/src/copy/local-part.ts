import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, rename, rm, statfs, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TransportError, type FilePolicy } from "@hpckit/core";
import type { Block } from "./blocks.js";
import { localFault } from "./local-file.js";
import { runLocally } from "./run-locally.js";

/** A file of this machine that is being written aside. What is not placed is removed. */
export interface LocalPart extends AsyncDisposable {
  readonly write: (block: Block) => Promise<void>;
  /** Gives it its owner, its mode and, once it is safe on the disk, its name. A symbolic link of that name is replaced. */
  place(): Promise<void>;
}

/** Makes a file beside the path, closed to all others if it replaces one or has a policy. */
export async function makeLocalPart(path: string, totalBytes: number, policy: FilePolicy | undefined): Promise<LocalPart> {
  const part = join(dirname(path), `.hpckit-${randomBytes(8).toString("hex")}.part`);
  const what = `write ${path}`;
  const attempt = async <Value>(doing: Promise<Value>): Promise<Value> => doing.catch((cause: unknown) => Promise.reject(localFault(what, cause) as Error));
  await attempt(checkSpace(what, path, totalBytes));
  const replaced = await attempt(regularFile(path));
  const isClosed = replaced !== undefined || policy !== undefined;
  const file = await attempt(open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, isClosed ? 0o600 : 0o666));
  let isPlaced = false;
  return {
    write: ({ offset, bytes }) => attempt(writeAll(file, offset, bytes)),
    async place() {
      await attempt(own(what, file, part, replaced, policy));
      await attempt(file.sync());
      await attempt(rename(part, path));
      isPlaced = true;
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      if (!isPlaced) await rm(part, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, offset);
  // A disk that is nearly full, or a limit of file sizes, takes a part; the next try says why.
  if (bytesWritten < bytes.length) await writeAll(file, offset + bytesWritten, bytes.subarray(bytesWritten));
}

type Replaced = NonNullable<Awaited<ReturnType<typeof regularFile>>>;

async function regularFile(path: string): Promise<{ readonly uid: number; readonly gid: number; readonly mode: number } | undefined> {
  const found = await lstat(path).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) throw new TransportError("file-exists", `write ${path}: a folder stands under this name`);
  return found?.isFile() === true ? found : undefined;
}

/** Owner, group and mode, in this order: a change of owner takes the special bits away. */
async function own(what: string, file: FileHandle, part: string, replaced: Replaced | undefined, policy: FilePolicy | undefined): Promise<void> {
  if (replaced !== undefined) {
    const { uid, gid } = replaced;
    // Only root can give a file away: who replaces another's file becomes its owner, but never changes who may read it.
    await file.chown(uid, gid).catch(() => (policy === undefined ? file.chown(-1, gid) : undefined));
  }
  if (policy?.group !== undefined) await runLocally(what, "chgrp", ["--", policy.group, part]);
  if (policy !== undefined) await file.chmod(policy.fileMode);
  else if (replaced !== undefined) await file.chmod(replaced.mode & 0o7777);
}

/** Smaller files are not worth the question whether there is room for them. */
const askedAboutBytes = 1024 * 1024;

export async function checkSpace(what: string, path: string, totalBytes: number): Promise<void> {
  if (totalBytes < askedAboutBytes) return;
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < totalBytes) {
    throw new TransportError("disk-full", `${what}: it takes ${totalBytes} bytes, and there are ${bavail * bsize} here`);
  }
}
