import { createHash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync, readlinkSync, realpathSync, type BigIntStats } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { OptionsError, type Cancellable } from "@hpckit/core";
import { hasCode, localFault } from "../copy/local-fault.js";
import { isPart } from "../copy/part-name.js";
import { fromOctets, octets, unfit, type Octets } from "../guard/octets.js";
import { pathOf } from "../tree/parse-tree.js";
import { throwIfAborted } from "./throw-if-aborted.js";
import { noFolder } from "../tree/no-folder.js";
import type { FindOptions } from "../tree/snapshot-tree.js";
import type { TreeEntry, TreeSnapshot } from "../tree/tree-snapshot.js";

/** One call of the file system takes microseconds, a turn of the event loop for each of them ten times as much. Others wait for this at most. */
const longestTurnMs = 10;

/**
 * Takes down what stands below a folder of this machine, in the form of `snapshotTree`, without any program: also on macOS. No file is read.
 * @throws TransportError e.g. `file-not-found`, `not-supported` for what is no folder, or `permission-denied` where a folder in it is closed: a part is never given as the whole.
 */
export const snapshotLocalTree = (root: string, { signal }: Cancellable = {}): Promise<TreeSnapshot> => findLocalTree(root, { operation: "snapshot", signal });

/** The same for whatever operation. */
export async function findLocalTree(root: string, { operation, signal }: FindOptions): Promise<TreeSnapshot> {
  const reason = root === "" ? "is empty" : unfit(root);
  if (reason !== undefined) throw new OptionsError("folder", [{ path: "", message: `it ${reason}` }]);
  const takenAtSeconds = Date.now() / 1000;
  const found: { readonly key: Octets; readonly entry: TreeEntry }[] = [];
  const folders: Octets[] = [""];
  let turnEnds = performance.now() + longestTurnMs;
  try {
    // A link at the top is followed, as all other operations do.
    const top = octets(realpathSync(root, "buffer"));
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const name of namesIn(fromOctets(`${top}/${folder}`), folder === "")) {
        const key = folder === "" ? name : `${folder}/${name}`;
        const entry = isPart(name) ? undefined : lookAt(fromOctets(`${top}/${key}`), key);
        if (entry === undefined) continue;
        found.push({ key, entry });
        if (entry.kind === "folder") folders.push(key);
        if (performance.now() < turnEnds) continue;
        await nextTurn();
        throwIfAborted(`${operation} ${root}`, signal);
        turnEnds = performance.now() + longestTurnMs;
      }
    }
  } catch (cause) {
    if (hasCode(cause, "ENOTDIR")) throw noFolder(operation, root, "here");
    throw localFault(`${operation} ${root}`, cause);
  }
  const entries = found.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ entry }) => entry);
  return { root, takenAtSeconds, entries };
}

/** What has vanished meanwhile is left out; but the root must be there. */
function namesIn(folder: Buffer, isRoot: boolean): readonly Octets[] {
  try {
    return readdirSync(folder, "latin1");
  } catch (error) {
    if (isRoot || !isGone(error)) throw error;
    return [];
  }
}

/** An entry as it stands now, or nothing. @param path - where it is; `key` is how it is called. */
export function lookAt(path: Buffer, key: Octets): TreeEntry | undefined {
  try {
    const stats = lstatSync(path, { bigint: true });
    const kind = kindOf(stats);
    const modified = asFindWrites(stats.mtimeNs);
    return {
      path: pathOf(key),
      kind,
      sizeBytes: Number(stats.size),
      mode: Number(stats.mode) & 0o7777,
      modifiedAtSeconds: Number(modified),
      stamp: `${modified} ${asFindWrites(stats.ctimeNs)} ${stats.ino}`,
      target: kind === "symlink" ? pathOf(readlinkSync(path, "latin1")) : undefined,
      sha256: undefined,
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const isGone = (error: unknown): boolean => hasCode(error, "ENOENT", "ENOTDIR");

function kindOf(stats: BigIntStats): TreeEntry["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  return stats.isSymbolicLink() ? "symlink" : "other";
}

const second = 1_000_000_000n;

/** Whole seconds rounded down, and ten digits of what is over, also before 1970 (find(1), `%T@`). */
function asFindWrites(nanoseconds: bigint): string {
  const over = ((nanoseconds % second) + second) % second;
  return `${(nanoseconds - over) / second}.${over.toString().padStart(9, "0")}0`;
}

/** Reads the files that are asked for. Those that vanish meanwhile have no digest. */
export async function withLocalDigests(snapshot: TreeSnapshot, isWanted: (entry: TreeEntry) => boolean, signal: AbortSignal | undefined): Promise<TreeSnapshot> {
  const entries: TreeEntry[] = [];
  for (const entry of snapshot.entries) {
    const isRead = entry.kind === "file" && isWanted(entry);
    entries.push(isRead ? { ...entry, sha256: await digestOf(fromOctets(`${octets(snapshot.root)}/${octets(entry.path)}`), signal) } : entry);
  }
  return { ...snapshot, entries };
}

async function digestOf(path: Buffer, signal: AbortSignal | undefined): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path, { signal })) hash.update(piece as Buffer);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw localFault("read a file of the folder", error);
  }
  return hash.digest("hex");
}
