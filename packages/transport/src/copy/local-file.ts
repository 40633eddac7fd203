import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { TransportError } from "@hpckit/core";
import { blockPool, type BlockPool } from "./block-pool.js";
import { blockBytes, type Block } from "./blocks.js";
import { localFault } from "./local-fault.js";
import { allocatedBytes } from "./walk-tree.js";

/** A regular file of this machine that is being read. */
export interface LocalFile extends AsyncDisposable {
  /** Absolute, links resolved. */
  readonly path: string;
  /** This and all below: when it was opened. */
  readonly sizeBytes: number;
  /** What it takes on a disk: holes take nothing. */
  readonly allocatedBytes: number;
  readonly mode: number;
  /** To the nanosecond. */
  readonly modifiedAtSeconds: string;
  readonly inode: bigint;
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
      path: await realpath(path),
      sizeBytes,
      allocatedBytes: allocatedBytes({ size: sizeBytes, blocks: Number(before.blocks) }),
      mode: Number(before.mode),
      modifiedAtSeconds: secondsOf(before.mtimeNs),
      inode: before.ino,
      async *blocks() {
        const pool = blockPool();
        let offset = 0;
        for (let bytes = await readBlock(file, offset, pool); bytes.length > 0; bytes = await readBlock(file, offset, pool)) {
          const release = (): void => pool.give(bytes);
          yield { offset, bytes, release };
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

const nanoseconds = 1_000_000_000n;

/** As a decimal number. */
function secondsOf(time: bigint): string {
  const size = time < 0n ? -time : time;
  return `${time < 0n ? "-" : ""}${size / nanoseconds}.${String(size % nanoseconds).padStart(9, "0")}`;
}

async function readBlock(file: FileHandle, offset: number, pool: BlockPool): Promise<Uint8Array> {
  const block = pool.take(blockBytes);
  let length = 0;
  while (length < blockBytes) {
    const { bytesRead } = await file.read(block, length, blockBytes - length, offset + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return block.subarray(0, length);
}
