import { isUtf8 } from "node:buffer";
import { OutputUnreadableError, type FileKind, type RemotePath } from "@hpckit/core";
import { fromOctets } from "../guard/octets.js";
import type { TreeEntry } from "./tree-snapshot.js";

/** For find(1) of GNU findutils: kind, permission bits, size, both times, inode, path and target, which may hold anything but a NUL. */
export const treeFormat = String.raw`%y %m %s %T@ %C@ %i %P\0%l\0`;

const kinds: Readonly<Record<string, FileKind>> = { f: "file", d: "folder", l: "symlink" };

/** A path as text where it is UTF-8, else its bytes. */
export function pathOf(octets: string): RemotePath {
  const bytes = fromOctets(octets);
  return isUtf8(bytes) ? bytes.toString("utf8") : new Uint8Array(bytes);
}

/** @param output - of `find … -printf treeFormat`. */
export function parseTree(output: Uint8Array): readonly TreeEntry[] {
  const records = Buffer.from(output.buffer, output.byteOffset, output.byteLength).toString("latin1").split("\0");
  const rest = records.pop();
  if (rest !== "" || records.length % 2 !== 0) throw new OutputUnreadableError("find", "the output ends inside an entry", rest ?? "");
  const found = Array.from({ length: records.length / 2 }, (_, index) => readEntry(records[2 * index] ?? "", records[2 * index + 1] ?? ""));
  return found.sort((one, other) => (one.octets < other.octets ? -1 : 1)).map(({ entry }) => entry);
}

function readEntry(record: string, target: string): { readonly octets: string; readonly entry: TreeEntry } {
  const fields = /^(\S) ([0-7]+) (\d+) (-?[\d.]+) (-?[\d.]+) (\d+) ([^]+)$/.exec(record);
  if (fields === null) throw new OutputUnreadableError("find", "an entry of another form", record);
  const [, type = "", mode = "", size, modified = "", changed = "", inode = "", octets = ""] = fields;
  const kind = kinds[type] ?? "other";
  const entry: TreeEntry = {
    path: pathOf(octets),
    kind,
    sizeBytes: Number(size),
    mode: Number.parseInt(mode, 8),
    modifiedAtSeconds: Number(modified),
    stamp: `${modified} ${changed} ${inode}`,
    target: kind === "symlink" ? pathOf(target) : undefined,
    sha256: undefined,
  };
  return { octets, entry };
}

/** When the status of an entry last changed. */
export const statusChangedAtSeconds = ({ stamp }: TreeEntry): number => Number(stamp.split(" ")[1]);
