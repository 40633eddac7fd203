import { chmod, lstat, rename, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TransportError, type CopyOptions, type FilePolicy } from "@hpckit/core";
import { isProgram, programMode } from "../file/apply-policy.js";
import { archiveCheck } from "./archive-check.js";
import { checkLocalSpace } from "./check-space.js";
import { attempting } from "./local-fault.js";
import { makeOwnFolder } from "./own-folder.js";
import { partName } from "./part-name.js";
import { runLocally } from "./run-locally.js";
import { tarCounter } from "./tar-counter.js";
import { unpackInto } from "./unpack-into.js";
import { unpacking } from "./unpacking.js";
import { walkTree } from "./walk-tree.js";

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
  const attempt = attempting(what);
  const part = join(dirname(path), partName().name);
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

/** Gives all below a folder group and modes, see {@link programMode}. A folder's own comes last: it may close it to us. */
export async function ownTree(what: string, folder: string, policy: FilePolicy): Promise<void> {
  if (policy.group !== undefined) await runLocally(what, "chgrp", ["-hR", "--", policy.group, folder]);
  const folders: Buffer[] = [Buffer.from(folder)];
  for await (const { path, stats } of walkTree(Buffer.from(folder))) {
    if (stats.isDirectory()) folders.push(path);
    else if (stats.isFile()) await chmod(path, isProgram(stats.mode) ? programMode(policy) : policy.fileMode);
  }
  for (const each of folders.reverse()) await chmod(each, policy.folderMode);
}
