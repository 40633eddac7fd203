import { OutputUnreadableError, type FileInfo, type FileKind } from "@hpckit/core";

/** The fields of {@link parseFileInfo} for stat(1), `--format`: raw mode in hex, size, owner, group, time of change. */
export const statFormat = "%f %s %u %g %Y";

const kinds: ReadonlyMap<number, FileKind> = new Map([
  [0o100000, "file"],
  [0o040000, "folder"],
  [0o120000, "symlink"],
]);

/** @see stat(1) of GNU coreutils, `--format`; inode(7) for the mode */
export function parseFileInfo(text: string): FileInfo {
  const fields = /^([0-9a-f]+) (\d+) (\d+) (\d+) (-?\d+)$/.exec(text.trim());
  if (fields === null) throw new OutputUnreadableError("stat", "no line of five fields", text);
  const [mode = 0, ...numbers] = fields.slice(1).map((field, index) => Number.parseInt(field, index === 0 ? 16 : 10));
  const [sizeBytes = 0, uid = 0, gid = 0, modifiedAtSeconds = 0] = numbers;
  return { kind: kinds.get(mode & 0o170000) ?? "other", mode: mode & 0o7777, sizeBytes, uid, gid, modifiedAtSeconds };
}
