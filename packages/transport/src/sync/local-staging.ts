import { lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeOwnFolder, removeTree } from "../copy/own-folder.js";
import { statusChangedAtSeconds } from "../tree/parse-tree.js";
import { isStaging, stagingName, staleMinutes } from "./staging.js";
import { snapshotLocalTree } from "./snapshot-local-tree.js";

/** A folder of this machine in which things are written aside; removed at the end. */
export interface LocalStaging extends AsyncDisposable {
  readonly tree: string;
}

export async function makeLocalStaging(root: string): Promise<LocalStaging> {
  await sweepLocalStaging(root, staleMinutes);
  const own = await makeOwnFolder(join(root, stagingName()), `sync ${root}`);
  const tree = `${own.path}/tree`;
  await mkdir(tree, { mode: 0o700 });
  return { tree, [Symbol.asyncDispose]: () => own[Symbol.asyncDispose]() };
}

/** On this machine, what `sweepStaging` does over there. */
export async function sweepLocalStaging(root: string, minutes: number): Promise<void> {
  const youngest = Date.now() / 1000 - minutes * 60;
  for (const name of (await readdir(root)).filter(isStaging)) {
    const folder = join(root, name);
    const stats = await lstat(folder);
    if (!stats.isDirectory() || stats.uid !== process.getuid?.() || stats.ctimeMs / 1000 > youngest) continue;
    const { entries } = await snapshotLocalTree(folder);
    if (entries.every((entry) => statusChangedAtSeconds(entry) <= youngest)) await removeTree(`sync ${root}`, folder);
  }
}
