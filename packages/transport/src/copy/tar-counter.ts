import { tarReader, type TarEntry } from "./tar-reader.js";

/** What a tar archive holds, counted while it goes by. */
export interface TarCounter {
  /** The pieces of the archive, in order and of any size. */
  push(piece: Uint8Array): void;
  /** Files, folders, links and whatever else; not the folder itself that was packed. */
  readonly entries: number;
  /** Bytes of all regular files, holes in them included. */
  readonly bytes: number;
}

/** @param check - looks at each entry; what it throws, `push` throws. */
export function tarCounter(check: (entry: TarEntry) => void = () => undefined): TarCounter {
  const count = { entries: 0, bytes: 0 };
  const push = tarReader((entry) => {
    check(entry);
    if (entry.name !== "./") count.entries++;
    count.bytes += entry.sizeBytes;
  });
  return {
    push,
    get entries() {
      return count.entries;
    },
    get bytes() {
      return count.bytes;
    },
  };
}
