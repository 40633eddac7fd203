import type { FileKind, RemotePath } from "@hpckit/core";

/** What stood in a folder tree at one time. To keep it in a file, see {@link formatTreeSnapshot}. */
export interface TreeSnapshot {
  /** The folder, as it was named. */
  readonly root: string;
  /** By the clock over there; seconds since the epoch. */
  readonly takenAtSeconds: number;
  /** Everything below the folder, by path, ascending by bytes. */
  readonly entries: readonly TreeEntry[];
}

/** Something that stands below a folder. */
export interface TreeEntry {
  /** Relative to the root; bytes where the name is not UTF-8. */
  readonly path: RemotePath;
  /** Of a symbolic link: the link itself. */
  readonly kind: FileKind;
  /** Of a file, its bytes; of a folder or a link what the file system says. */
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** When its content last changed; seconds since the epoch, with their fraction. */
  readonly modifiedAtSeconds: number;
  /** Is another one after any change: times of content and status to the nanosecond, and the inode (inode(7)). */
  readonly stamp: string;
  /** Where a symbolic link points. */
  readonly target: RemotePath | undefined;
  /** SHA-256 in hex, of files for which it was asked. */
  readonly sha256: string | undefined;
}
