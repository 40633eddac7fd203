import { constants, lstatSync, statSync, type Stats } from "node:fs";
import { chmod, chown, mkdir, open, rename, rm, rmdir, unlink } from "node:fs/promises";
import type { RemotePath } from "@hpckit/core";
import { hasCode } from "../copy/local-fault.js";
import { runLocally } from "../copy/run-locally.js";
import { fromOctets, octets, type Octets } from "../guard/octets.js";
import { pathOf } from "../tree/parse-tree.js";
import type { FolderWork } from "./folder-work.js";
import type { PinnedFolders } from "./pinned-folders.js";

export interface LocalWork {
  readonly folders: PinnedFolders;
  /** Where things were written aside, closed to all others. */
  readonly staged: string;
  /** A policy has given it its group; else files keep the one of those that they replace, or get the one that their folder hands on. */
  readonly hasGroup: boolean;
  /** Gets the folders that could not be removed, as they hold something. */
  readonly left: RemotePath[];
}

/** On this machine, what `work-script.ts` does over there. */
export async function doWork(work: FolderWork, { folders, staged, hasGroup, left }: LocalWork): Promise<void> {
  await folders.enter(work.folder, async (folder) => {
    const at = (name: Octets): Buffer => Buffer.concat([folder, fromOctets(`/${name}`)]);
    const below = (name: Octets): Octets => (work.folder === "" ? name : `${work.folder}/${name}`);
    const made = (name: Octets): Buffer => fromOctets(`${octets(staged)}/${name}`);
    switch (work.kind) {
      case "discard":
        for (const name of work.names) await rm(made(name), { recursive: true, force: true });
        return;
      case "make-aside":
        for (const name of work.names) {
          await mkdir(made(name), { recursive: true });
          // The policy's, which all has by now that came from over there.
          if (work.group !== undefined) await chown(made(name), -1, statSync(staged).gid);
          await setMode(made(name), work.mode, constants.O_DIRECTORY);
        }
        return;
      case "adopt":
        for (const name of work.names) await rename(made(name), at(name));
        return;
      case "unlink":
        for (const name of work.names) await unlink(at(name)).catch(unless("ENOENT"));
        return;
      case "place":
        for (const name of work.names) {
          const path = made(below(name));
          if (!hasGroup) await giveOwner(path, at(name), statSync(at(".")));
          await rename(path, at(name));
        }
        return;
      case "make-folders":
        for (const name of work.names) {
          await mkdir(at(name), { mode: work.mode });
          await setMode(at(name), work.mode, constants.O_DIRECTORY);
        }
        return;
      case "remove-folders":
        for (const name of work.names) {
          await rmdir(at(name)).catch((error: unknown) => {
            if (work.mustGo || !hasCode(error, "ENOTEMPTY", "EEXIST")) unless("ENOENT")(error);
            else left.push(pathOf(below(name)));
          });
        }
        return;
      case "set-file-modes":
        for (const name of work.names) await setMode(at(name), work.mode, 0);
        return;
      case "set-folder-mode":
        if (work.group !== undefined) await runLocally("sync", "chgrp", ["--", work.group, `${folder.toString()}/.`]);
        await setMode(at("."), work.mode, constants.O_DIRECTORY);
    }
  });
}

/**
 * A file that replaces another keeps its group, and its owner where this account may give files away; a new one gets the group that its folder
 * hands on. A change of owner takes special bits away.
 */
async function giveOwner(path: Buffer, target: Buffer, folder: Stats): Promise<void> {
  const [made, old] = [lstatSync(path), lstatSync(target, { throwIfNoEntry: false })];
  if (!made.isFile()) return;
  const { uid, gid } = old?.isFile() === true ? old : { uid: made.uid, gid: (folder.mode & 0o2000) === 0 ? made.gid : folder.gid };
  if (made.uid === uid && made.gid === gid) return;
  await chown(path, uid, gid).catch(() => chown(path, made.uid, gid));
  await chmod(path, made.mode & 0o7777);
}

/** Of what is open, so that no link is followed. Where a folder hands on its group (setgid), it goes on doing so. */
async function setMode(path: Buffer, mode: number, kind: number): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | kind);
  try {
    const stats = await file.stat();
    await file.chmod(mode | (stats.isDirectory() ? stats.mode & 0o2000 : 0));
  } finally {
    await file.close();
  }
}

function unless(code: string): (error: unknown) => void {
  return (error) => {
    if (!hasCode(error, code)) throw error as Error;
  };
}
