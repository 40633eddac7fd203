import { OutputUnreadableError } from "@hpckit/core";
import { allocatedBytes } from "./walk-tree.js";

/** What the far side says of what it serves (`server.ts`). */
export type ServedHeader = ServedFile | ServedFolder;

export interface ServedFolder {
  readonly kind: "folder";
  /** Of all its files, a file of several names once. */
  readonly sizeBytes: number;
  /** What they take on a disk: holes take nothing. */
  readonly neededBytes: number;
}

export interface ServedFile {
  readonly kind: "file";
  readonly sizeBytes: number;
  readonly neededBytes: number;
  readonly mode: number;
  /** Seconds since the epoch, to the nanosecond. */
  readonly modifiedAtSeconds: string;
  /** Tells it, and its state, from others. */
  readonly identity: string;
}

export function parseServedHeader(line: string): ServedHeader {
  const [, folderBytes, folderNeeded] = /^folder (\d+) (\d+)$/.exec(line) ?? [];
  if (folderBytes !== undefined) return { kind: "folder", sizeBytes: Number(folderBytes), neededBytes: Number(folderNeeded) };
  const [, identity, size, time, mode, blocks] = /^file ((\d+) \d+ (-?\d+\.\d+)) ([0-7]+) (\d+)$/.exec(line) ?? [];
  if (identity === undefined || time === undefined || mode === undefined) throw new OutputUnreadableError("download", "no header", line);
  const sizeBytes = Number(size);
  return { kind: "file", sizeBytes, identity, mode: Number.parseInt(mode, 8), modifiedAtSeconds: time, neededBytes: allocatedBytes({ size: sizeBytes, blocks: Number(blocks) }) };
}
