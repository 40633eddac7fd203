import { lstat, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TransportError, type FilePolicy } from "@hpckit/core";
import type { Block } from "./blocks.js";
import { checkLocalSpace } from "./check-space.js";
import { earlySync } from "./early-sync.js";
import { withoutHoles } from "./holes.js";
import { attempting, hasCode } from "./local-fault.js";
import { pathOfHandle } from "./own-folder.js";
import { keptMode, type Original } from "./own-file.js";
import type { PartName } from "./part-name.js";
import { runLocally } from "./run-locally.js";
import type { Span } from "./spans.js";
import { takeOverPart } from "./take-over-part.js";
import { allocatedBytes } from "./walk-tree.js";

export interface LocalPartOptions {
  readonly policy?: FilePolicy | undefined;
  readonly original: Original;
  readonly sizeBytes: number;
  /** What it takes on a disk. */
  readonly neededBytes: number;
  readonly name: PartName;
}

/** A file of this machine that is being written aside. What is not placed is removed, or left to be resumed. */
export interface LocalPart extends AsyncDisposable {
  readonly write: (block: Block) => Promise<void>;
  /** What an earlier call has left in the place of a block, if that is there as a whole. Not there where it has left nothing at all. */
  readonly read?: ((span: Span) => Promise<Uint8Array | undefined>) | undefined;
  /** Gives it its owner, its mode, its time and, once it is safe on the disk, its name. A symbolic link of that name is replaced. */
  place(): Promise<void>;
  /** It is not worth being resumed. */
  spoil(): void;
}

/** Makes a file beside the path, or continues one, closed to all others until it is placed. */
export async function makeLocalPart(path: string, { policy, original, sizeBytes, neededBytes, name }: LocalPartOptions): Promise<LocalPart> {
  const folder = dirname(path);
  const part = join(folder, name.name);
  const what = `write ${path}`;
  const attempt = attempting(what);
  const replaced = await attempt(regularFile(path));
  const { file, stats } = await attempt(takeOverPart(folder, name));
  const hadBytes = stats.size;
  const sync = earlySync(file);
  const state = { isPlaced: false, isSpoiled: name.resumable === undefined };
  const close = async (): Promise<void> => {
    await sync.ended().catch(() => (state.isSpoiled = true));
    const { size } = await file.stat();
    await file.close();
    if (!state.isPlaced && (state.isSpoiled || size === 0)) await rm(part, { force: true });
  };
  /** Under the name of the part stands the file that is open, unless another call has taken it over. */
  const checkMine = async (): Promise<void> => {
    const found = name.resumable === undefined ? stats : await lstat(part).catch(() => undefined);
    if (found?.ino !== stats.ino) throw new TransportError("file-failed", `${what}: another call with resume has taken this copy over`);
  };
  const read = async ({ offset, length }: Span): Promise<Uint8Array | undefined> => {
    if (offset + length > hadBytes) return undefined;
    const bytes = Buffer.allocUnsafeSlow(length);
    return (await attempt(file.read(bytes, 0, length, offset))).bytesRead === length ? bytes : undefined;
  };
  /** What a disk could not keep is told once; it may be read still, and would pass for kept. */
  const flush = async (): Promise<void> => {
    const isResumable = !state.isSpoiled;
    state.isSpoiled = true;
    await sync.ended();
    await file.sync();
    state.isSpoiled = !isResumable;
  };
  try {
    await attempt(checkLocalSpace(what, folder, neededBytes, allocatedBytes(stats)));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async write({ offset, bytes }) {
      await checkMine();
      // Where there may be other bytes already a hole is written, too.
      for (const { begin, end } of offset >= hadBytes ? withoutHoles(bytes) : [{ begin: 0, end: bytes.length }]) await attempt(writeAll(file, offset + begin, bytes.subarray(begin, end)));
      sync.wrote(bytes.length);
    },
    read: hadBytes === 0 ? undefined : read,
    async place() {
      // It may end with a hole.
      await attempt(file.truncate(sizeBytes));
      await attempt(own(what, file, pathOfHandle(file, part), { replaced, policy, original }));
      await attempt(flush());
      await checkMine();
      await attempt(rename(part, path));
      state.isPlaced = true;
    },
    spoil() {
      state.isSpoiled = true;
    },
    [Symbol.asyncDispose]: close,
  };
}

async function writeAll(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, offset);
  // A disk that is nearly full, or a limit of file sizes, takes a part; the next try says why.
  if (bytesWritten < bytes.length) await writeAll(file, offset + bytesWritten, bytes.subarray(bytesWritten));
}

interface Owning {
  readonly replaced: Awaited<ReturnType<typeof regularFile>>;
  readonly policy: FilePolicy | undefined;
  readonly original: Original;
}

async function regularFile(path: string): Promise<{ readonly uid: number; readonly gid: number; readonly mode: number } | undefined> {
  const found = await lstat(path).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) throw new TransportError("file-exists", `write ${path}: a folder stands under this name; give the name of the file in it`);
  return found?.isFile() === true ? found : undefined;
}

/** Owner, group and mode, in this order: a change of owner takes the special bits away. */
async function own(what: string, file: FileHandle, path: string, { replaced, policy, original }: Owning): Promise<void> {
  if (replaced !== undefined) {
    const { uid, gid } = replaced;
    // Only root can give a file away: who replaces another's file becomes its owner, but never changes who may read it.
    await file.chown(uid, gid).catch(() => (policy === undefined ? file.chown(-1, gid) : undefined));
  }
  if (policy?.group !== undefined) await runLocally(what, "chgrp", ["--", policy.group, path]);
  await file.chmod(policy?.fileMode ?? (replaced === undefined ? keptMode(original.mode) : replaced.mode & 0o7777));
  if (original.modifiedAtSeconds !== undefined) await file.utimes(new Date(), Number(original.modifiedAtSeconds));
}
