import { randomBytes } from "node:crypto";
import { lstat, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { findUnsettled, parseJournal, renderRecord, type JournalRecord } from "./journal-record.js";

/**
 * Appends lines, and resolves once they are on the disk and in the file that has the name: another process may have put that aside
 * to compact it. What was written into a file aside is written once more.
 * @returns the size of the file.
 */
export async function appendSynced(file: string, lines: string): Promise<number> {
  for (;;) {
    const handle = await open(file, "a+", 0o600);
    try {
      const { size } = await handle.stat();
      // A line break where a torn tail was left: it must not take the next record with it.
      const tail = size === 0 ? "\n" : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
      await handle.appendFile(tail === "\n" ? lines : `\n${lines}`);
      await handle.sync();
      if (size === 0) await syncFolder(dirname(file));
      const [written, named] = [await handle.stat(), await stat(file).catch(unlessAbsent)];
      if (written.ino === named?.ino && written.dev === named.dev) return written.size;
    } finally {
      await handle.close();
    }
  }
}

/** All records, those of files aside first. */
export async function readRecords(file: string): Promise<readonly JournalRecord[]> {
  for (;;) {
    const before = await look(file);
    const contents: string[] = [];
    for (const each of [...before.aside, file]) contents.push((await readFile(each, "utf8").catch(unlessAbsent)) ?? "");
    // Whole only if nobody has compacted meanwhile.
    if (isSame(before, await look(file))) return contents.flatMap(parseJournal);
  }
}

/**
 * Drops what is settled: the file is put aside, what is open in it is written into a new one, and only then it goes. Killed at
 * any moment, all that was begun is in one of the two, or in both. Two processes that do so at once lose nothing; what is settled meanwhile
 * may be found open once more.
 * @returns the new size.
 * @throws Error where the file could not be compacted, or another process does it: nothing is lost.
 */
export async function compact(file: string): Promise<number> {
  if ((await lstat(file)).isSymbolicLink()) throw new TypeError("a link cannot be put aside");
  const number = Math.max(0, ...(await look(file)).aside.map((each) => Number(/\.(\d+)-\w+$/.exec(each)?.[1]))) + 1;
  await rename(file, `${file}.${String(number).padStart(6, "0")}-${randomBytes(6).toString("hex")}`);
  const { aside } = await look(file);
  const contents: string[] = [];
  // One that is gone was compacted by another process, with all that is read here.
  for (const each of aside) contents.push(await readFile(each, "utf8"));
  const open = findUnsettled(contents.flatMap(parseJournal));
  const size = open.length === 0 ? 0 : await appendSynced(file, open.map((submission) => renderRecord({ kind: "begun", ...submission, carried: true })).join(""));
  for (const each of aside) await unlink(each).catch(unlessAbsent);
  return size;
}

interface Seen {
  /** Files that were put aside, the oldest first. */
  readonly aside: readonly string[];
  readonly inode: number | undefined;
}

async function look(file: string): Promise<Seen> {
  const folder = dirname(file);
  const names = (await readdir(folder).catch(unlessAbsent)) ?? [];
  const aside = names.filter((name) => name.startsWith(`${basename(file)}.`) && /^\d{6,}-[\da-f]{12}$/.test(name.slice(basename(file).length + 1))).sort();
  return { aside: aside.map((name) => join(folder, name)), inode: (await stat(file).catch(unlessAbsent))?.ino };
}

const isSame = (one: Seen, other: Seen): boolean => one.inode === other.inode && one.aside.join("\0") === other.aside.join("\0");

function unlessAbsent(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
