import type { FileHandle } from "node:fs/promises";

/** Brings to the disk what has been written while more comes, so that the sync at the end has little left to do. */
export interface EarlySync {
  wrote(bytes: number): void;
  /** @throws what the disk said: the system tells it once, and the last sync would know nothing of it. */
  ended(): Promise<void>;
}

const everyBytes = 64 * 1024 * 1024;

export function earlySync(file: Pick<FileHandle, "datasync">): EarlySync {
  let unsynced = 0;
  let isSyncing = false;
  let last: Promise<unknown> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  return {
    wrote(bytes) {
      unsynced += bytes;
      if (isSyncing || unsynced < everyBytes) return;
      unsynced = 0;
      isSyncing = true;
      last = file.datasync().catch((error: unknown) => (failure ??= { error })).finally(() => (isSyncing = false));
    },
    async ended() {
      await last;
      if (failure !== undefined) throw failure.error;
    },
  };
}
