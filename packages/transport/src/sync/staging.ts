import { randomBytes } from "node:crypto";
import { raw, sh, type ShellExpression } from "@hpckit/core";

/** A folder in the root, in which things are written aside. Snapshots leave it out. */
export const stagingName = (): string => `.hpckit-sync-${randomBytes(8).toString("hex")}.part`;

export const isStaging = (name: string): boolean => /^\.hpckit-sync-[0-9a-f]{16}\.part$/.test(name);

/**
 * Only a power failure or a `kill -9` leaves one behind. Where nothing in it has changed for a day, nobody writes in it any more: whether its
 * sync lives cannot be asked, as that may run on another login node.
 */
export const staleMinutes = 24 * 60;

/** Removes what earlier syncs of this account have left in `$root`. */
export const sweepStaging = (minutes: number): ShellExpression => sh`
  for old in "$root"/.hpckit-sync-*.part; do
    if [ -d "$old" ] && [ ! -L "$old" ] && [ -O "$old" ] && [ -z "$(find "$old" -cmin ${raw(`-${minutes}`)} -print -quit || echo unknown)" ]; then
      rm -rf --one-file-system -- "$old"
    fi
  done
`;
