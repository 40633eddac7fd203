import { sh } from "../shell/sh.js";
import type { ShellExpression } from "../shell/word.js";

/**
 * Functions of the shell that tell what lies under a root.
 * - `hpckit_files FOLDER`: a checksum of the names of its files, but for those that running programs write;
 * - `hpckit_state LINK`: `absent`, `complete` or `damaged`. A folder is trusted by the list of its files, not by the
 *   marker's presence: purges take single files;
 * - `hpckit_remove PATH`: removes a folder, also one whose files are read-only, or belong to this account's ids of /etc/subuid: so does what a
 *   container engine unpacks (`--map-auto` is of util-linux 2.38). Says why it could not;
 * - `hpckit_hand_out LINK`: notes that it is used again, and prints the folder's name. Nothing is printed if the link went
 *   meanwhile: `applyPrune` takes the link first and looks at the note afterwards, so one of the two always sees the other.
 */
export const folderFunctions: ShellExpression = sh`
  hpckit_files() {
    ( cd -- "$1" && find . -path ./.hpckit -prune -o -name __pycache__ -prune -o -print | LC_ALL=C sort | cksum )
  }
  hpckit_state() {
    if [ ! -L "$1" ]; then echo absent; return; fi
    hpckit_at=\${1%/*}/$(readlink -- "$1")
    if [ -r "$hpckit_at/.hpckit/complete" ] && [ "$(cat -- "$hpckit_at/.hpckit/complete")" = "$(hpckit_files "$hpckit_at")" ]; then
      echo complete
    else
      echo damaged
    fi
  }
  hpckit_remove() {
    rm -rf -- "$1" 2>/dev/null && return
    [ -d "$1" ] && [ ! -L "$1" ] || return 1
    chmod -R u+rwX -- "$1" 2>/dev/null || :
    hpckit_left=$(rm -rf -- "$1" 2>&1) && return
    unshare --user --map-root-user --map-auto -- rm -rf -- "$1" 2>/dev/null && return
    printf '%s\n' "$hpckit_left" | sed 1q >&2
    return 1
  }
  hpckit_hand_out() {
    hpckit_at=$(readlink -- "$1") || return 0
    touch -c -- "\${1%/*}/$hpckit_at/.hpckit/used" 2>/dev/null || :
    if [ "$(readlink -- "$1")" = "$hpckit_at" ]; then printf '%s\n' "$hpckit_at"; fi
  }
`;
