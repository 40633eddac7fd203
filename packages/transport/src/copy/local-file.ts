import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { HpckitError, TransportError, type TransportFault } from "@hpckit/core";
import { blockBytes, type Block } from "./blocks.js";

/** A regular file of this machine that is being read. */
export interface LocalFile extends AsyncDisposable {
  /** When it was opened. */
  readonly sizeBytes: number;
  /** All of it, in order. @throws TransportError `digest-mismatch` if it changes meanwhile. */
  blocks(): AsyncGenerator<Block, void>;
}

/** Opens a file, or says that it is a folder. A symbolic link is followed. */
export async function openLocalFile(path: string): Promise<LocalFile | "folder"> {
  // A pipe without a writer would keep this waiting for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw localFault(`read ${path}`, cause);
  });
  try {
    const before = await file.stat({ bigint: true });
    if (before.isDirectory()) {
      await file.close();
      return "folder";
    }
    if (!before.isFile()) throw new TransportError("not-supported", `read ${path}: neither file nor folder`);
    const isSame = async (): Promise<boolean> => {
      const now = await file.stat({ bigint: true });
      return now.size === before.size && now.mtimeNs === before.mtimeNs;
    };
    const sizeBytes = Number(before.size);
    return {
      sizeBytes,
      async *blocks() {
        let offset = 0;
        for (;;) {
          const bytes = await readBlock(file, offset);
          if (bytes.length === 0) break;
          yield { offset, bytes };
          offset += bytes.length;
        }
        // What says that it has no size, as the files of /proc do, has what it gave.
        if (sizeBytes > 0 && (offset !== sizeBytes || !(await isSame()))) throw new TransportError("digest-mismatch", `read ${path}: it changed while it was read`);
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readBlock(file: FileHandle, offset: number): Promise<Uint8Array> {
  const block = Buffer.allocUnsafeSlow(blockBytes);
  let length = 0;
  while (length < blockBytes) {
    const { bytesRead } = await file.read(block, length, blockBytes - length, offset + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return block.subarray(0, length);
}

const faults: Readonly<Record<string, TransportFault>> = {
  ENOENT: "file-not-found",
  ENOTDIR: "file-not-found",
  EACCES: "permission-denied",
  EPERM: "permission-denied",
  EROFS: "permission-denied",
  ENOSPC: "disk-full",
  EDQUOT: "disk-full",
  EEXIST: "file-exists",
  EISDIR: "not-supported",
};

/** What the file system of this machine refused, in a transport's words. */
export function localFault(what: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof HpckitError || !("code" in cause)) return cause;
  return new TransportError(faults[String(cause.code)] ?? "file-failed", `${what} here: ${cause.message}`, { cause });
}
