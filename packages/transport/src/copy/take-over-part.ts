import { constants, type Stats } from "node:fs";
import { lstat, open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { PathRefusedError } from "@hpckit/core";
import type { PartName } from "./part-name.js";

export interface OpenPart {
  readonly file: FileHandle;
  /** When it was opened. */
  readonly stats: Stats;
}

/**
 * Opens a new file; or, where that may be resumed, the largest that an earlier call has left of the same original, and removes all others of
 * the target. It gets a name of our own: that is the claim, and who held it before finds it no more (see `receive-file.ts`, which does
 * the same over there). Nothing is touched but files of this account with one name.
 */
export async function takeOverPart(folder: string, { name, resumable }: PartName): Promise<OpenPart> {
  const part = join(folder, name);
  let isThere = false;
  if (resumable !== undefined) {
    const found = await partsOf(folder, resumable.ofTarget);
    for (const each of found) {
      if (isThere || !each.name.startsWith(resumable.ofOriginal)) continue;
      // Another call may have been faster.
      isThere = await rename(join(folder, each.name), part).then(
        () => true,
        () => false,
      );
    }
    for (const each of await partsOf(folder, resumable.ofTarget)) if (each.name !== name) await rm(join(folder, each.name), { force: true });
  }
  const { O_RDWR, O_NOFOLLOW, O_CREAT, O_EXCL } = constants;
  const file = await open(part, isThere ? O_RDWR | O_NOFOLLOW : O_RDWR | O_CREAT | O_EXCL, 0o600);
  const stats = await file.stat();
  // It may have been swapped since it was looked at.
  if (isThere && !isOurs(stats)) {
    await file.close();
    throw new PathRefusedError(`resume: ${part} is not a file of this account alone`);
  }
  return { file, stats };
}

const isOurs = (stats: Stats): boolean => stats.isFile() && stats.uid === process.geteuid?.() && stats.nlink === 1;

/** The largest first. */
async function partsOf(folder: string, prefix: string): Promise<readonly { readonly name: string; readonly size: number }[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix) && name.endsWith(".part"));
  const found = await Promise.all(names.map(async (name) => ({ name, stats: await lstat(join(folder, name)).catch(() => undefined) })));
  const ours = found.flatMap(({ name, stats }) => (stats !== undefined && isOurs(stats) ? [{ name, size: stats.size }] : []));
  return ours.sort((one, other) => other.size - one.size);
}
