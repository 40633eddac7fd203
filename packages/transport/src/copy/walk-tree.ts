import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";

/** Something below a folder of this machine. */
export interface WalkedEntry {
  /** From the folder on. Bytes, because not all names are UTF-8. */
  readonly name: Buffer;
  readonly path: Buffer;
  readonly stats: Stats;
}

/** So many questions to the file system at a time. */
const together = 64;

/** Everything below a folder, links as links; what is removed meanwhile is left out. */
export async function* walkTree(folder: Buffer, before: Buffer = Buffer.alloc(0)): AsyncGenerator<WalkedEntry, void> {
  const names = await readdir(folder, { encoding: "buffer" });
  for (let first = 0; first < names.length; first += together) {
    const entries = names.slice(first, first + together).map(async (entry) => {
      const path = Buffer.concat([folder, Buffer.from("/"), entry]);
      const stats = await lstat(path).catch(() => undefined);
      return stats === undefined ? undefined : { name: Buffer.concat([before, entry]), path, stats };
    });
    for (const entry of await Promise.all(entries)) {
      if (entry === undefined) continue;
      yield entry;
      if (entry.stats.isDirectory()) yield* walkTree(entry.path, Buffer.concat([entry.name, Buffer.from("/")]));
    }
  }
}

/** What the files below a folder hold, and what they need on a disk: holes need nothing. A file of several names counts once. */
export async function weighTree(folder: string): Promise<{ readonly bytes: number; readonly neededBytes: number }> {
  const seen = new Set<string>();
  const weight = { bytes: 0, neededBytes: 0 };
  for await (const { stats } of walkTree(Buffer.from(folder))) {
    if (!stats.isFile()) continue;
    if (stats.nlink > 1) {
      const file = `${stats.dev}:${stats.ino}`;
      if (seen.has(file)) continue;
      seen.add(file);
    }
    weight.bytes += stats.size;
    weight.neededBytes += allocatedBytes(stats);
  }
  return weight;
}

/** Blocks of a file are of 512 bytes, whatever its file system (stat(2)). */
export const allocatedBytes = ({ size, blocks }: { readonly size: number; readonly blocks: number }): number => Math.min(size, blocks * 512);
