import { raw, sh, type ShellExpression } from "@hpckit/core";
import type { BroadcastOptions } from "./broadcast-options.js";

/** Exit codes of a broadcast that failed. @see sysexits.h: EX_NOINPUT, EX_CANTCREAT, EX_IOERR */
export const broadcastStatuses = { noOriginal: 66, exists: 73, notWhole: 74 } as const;

/** Sets `hpckit_mark` to what identifies the content of a file. */
export const markOf = (file: ShellExpression, { verify = "digest" }: BroadcastOptions): ShellExpression => (verify === "digest" ? sh`hpckit_mark=$(sha256sum <${file})` : sh`hpckit_mark=$(wc -c <${file})`);

/**
 * Compares a copy that lies aside with the original, and gives it its name; on each node. Arguments: the copy, its name, the mark of the original.
 * Without force a name that is taken stays as it is: a link is made or not, in one step.
 */
export const acceptCopy = (options: BroadcastOptions): ShellExpression => sh`
  hpckit_fail() { rm -f -- "$1"; printf 'hpckit: %s: %s\n' "\${SLURMD_NODENAME-}" "$2" >&2; exit "$3"; }
  ${markOf(raw('"$1"'), options)} && [ "$hpckit_mark" = "$3" ] || hpckit_fail "$1" "$2 did not arrive whole" ${broadcastStatuses.notWhole}
  [ ! -d "$2" ] || hpckit_fail "$1" "$2 is a folder: name the file in it" ${broadcastStatuses.exists}
  ${
    options.force === true
      ? sh`mv -fT -- "$1" "$2" || hpckit_fail "$1" "$2 cannot be replaced" ${broadcastStatuses.exists}`
      : sh`
          ln -T -- "$1" "$2" 2>/dev/null || hpckit_fail "$1" "$2 is there already, or cannot be made: force replaces it" ${broadcastStatuses.exists}
          rm -f -- "$1"
        `
  }
`;
