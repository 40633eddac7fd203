import { randomBytes } from "node:crypto";
import { chmod, lstat, readdir, rename, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TransportError, type CopyOptions, type FilePolicy } from "@hpckit/core";
import { archiveCheck } from "./archive-check.js";
import { checkLocalSpace } from "./check-space.js";
import { localFault } from "./local-file.js";
import { makeOwnFolder } from "./own-folder.js";
import { runLocally } from "./run-locally.js";
import { tarCounter } from "./tar-counter.js";
import { unpackInto } from "./unpack-into.js";
import { unpacking } from "./unpacking.js";

/** A folder of this machine that is being unpacked aside. What is not placed is removed. */
export interface LocalFolder extends AsyncDisposable {
  /** Takes the next piece of an archive. */
  readonly unpack: (piece: Buffer) => void | Promise<void>;
  /** Where it is unpacked. */
  readonly part: string;
  /** The archive has come whole: resolves when all of it is there. */
  unpacked(): Promise<void>;
  /** Gives the folder its modes and, once it is safe on the disk, its name. Resolves to the bytes of its files. */
  place(): Promise<number>;
}

export interface LocalFolderOptions {
  readonly policy?: FilePolicy | undefined;
  /** Whether times are kept. */
  readonly times: boolean;
  readonly links?: CopyOptions["links"];
  /** What its files take on a disk. */
  readonly neededBytes: number;
}

/** Nothing is replaced but an empty folder: said before a byte has come. */
export async function makeLocalFolder(path: string, { policy, times, links, neededBytes }: LocalFolderOptions): Promise<LocalFolder> {
  const what = `write ${path}`;
  const attempt = async <Value>(doing: Promise<Value>): Promise<Value> => doing.catch((cause: unknown) => Promise.reject(localFault(what, cause) as Error));
  const part = join(dirname(path), `.hpckit-${randomBytes(8).toString("hex")}.part`);
  await attempt(clearPlace(what, path));
  await attempt(checkLocalSpace(what, dirname(path), neededBytes));
  const own = await attempt(makeOwnFolder(part, what));
  const archive = await unpackInto(own.path, what, unpacking(policy, times, process.platform === "linux"));
  const counter = tarCounter(archiveCheck(what, links));
  return {
    part: own.path,
    unpack(piece) {
      counter.push(piece);
      return archive.push(piece);
    },
    unpacked: () => archive.end(),
    async place() {
      if (policy !== undefined) await attempt(ownTree(what, own.path, policy));
      await syncTree(what, own.path);
      await attempt(rename(part, path));
      own.keep();
      return counter.bytes;
    },
    async [Symbol.asyncDispose]() {
      await archive.kill();
      await own[Symbol.asyncDispose]();
    },
  };
}

async function clearPlace(what: string, path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  const isCleared = found.isDirectory() && (await rmdir(path).then(() => true, () => false));
  if (!isCleared) throw new TransportError("file-exists", `${what}: there is something under this name already; remove or rename it first`);
}

/** Brings to the disk what has been written below a folder; there is no program for a single one but on Linux. */
export const syncTree = (what: string, folder: string): Promise<void> => runLocally(what, "sync", process.platform === "linux" ? ["-f", "--", folder] : []);

/** Files that their owner may execute stay executable for all who may read them. */
export async function ownTree(what: string, folder: string, policy: FilePolicy): Promise<void> {
  if (policy.group !== undefined) await runLocally(what, "chgrp", ["-hR", "--", policy.group, folder]);
  await setModes(Buffer.from(folder), policy);
}

/** Names as they are: not all are UTF-8. */
async function setModes(folder: Buffer, policy: FilePolicy): Promise<void> {
  const { fileMode, folderMode } = policy;
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: "buffer" })) {
    const path = Buffer.concat([folder, Buffer.from("/"), entry.name]);
    if (entry.isDirectory()) await setModes(path, policy);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? fileMode : fileMode | ((fileMode & 0o444) >> 2));
  }
  await chmod(folder, folderMode);
}
