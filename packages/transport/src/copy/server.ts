import { sh, type RemotePath, type ShellExpression } from "@hpckit/core";
import { sayGroup } from "../guard/command-script.js";
import { pathWord } from "../file/path.js";
import { blockBytes } from "./blocks.js";
import { checkPart, readWitness } from "./verification.js";

/**
 * Says what stands at a path, in one line: `folder`, the bytes of its files and what they take on a disk; or `file`, its size, inode and time of
 * change, its mode, and what it takes on a disk.
 *
 * A folder follows as an archive. A file that fits into one block follows at once, with its digest: a single round trip. Of
 * a larger one it gives the blocks, or digests of blocks, that it is asked for, and then compares itself with the witness of what arrived.
 */
export const serve = (path: RemotePath): ShellExpression => sh`
  if [ -d ${pathWord(path)} ]; then
    ${sayGroup}
    exec 3<&- 7>&-
    size=$(find -H ${pathWord(path)} -type f -printf '%D:%i %s %b\n' | awk '!seen[$1]++ { sum += $2; needed += $2 < $3 * 512 ? $2 : $3 * 512 } END { printf "%.0f %.0f", sum, needed }') || exit 1
    echo "folder $size"
    exec tar -C ${pathWord(path)} -S -cf - .
  fi
  ${openFile(path)}
  if [ "$size" -le ${blockBytes} ]; then
    ${sayGroup}
    exec 3<&- 7>&-
    if [ "$size" -gt 0 ]; then give 0 "$size"; fi
    unchanged
    sha256sum <&6 || exit 1
    exit
  fi
  giveAll
  ${readWitness}
  ${sayGroup}
  exec 3<&- 7>&-
  ${checkPart("/dev/fd/6")}
`;

/** Gives blocks of what is still the same file. */
export const helpServe = (path: RemotePath): ShellExpression => sh`
  ${openFile(path)}
  giveAll
  ${sayGroup}
`;

/**
 * All reads go to the file that descriptor 6 has open, whatever its name leads to meanwhile. Files without a size, as those of
 * /proc, are other bytes each time they are read: they are taken in once, into a file that has no name any more.
 *
 * What dd says tells a whole block from one that the end of a file has cut: the next one would slip into its place.
 *
 * A newline ends each block: its last bytes may be how a word of the guard begins, and are kept back until more comes. Nothing more may come, as
 * the next block is asked for only once this one is whole.
 */
const openFile = (path: RemotePath): ShellExpression => sh`
  fail() { echo "$*" >&2; exit 1; }
  state() { stat -L --format '%s %i %.9Y' -- /dev/fd/6; }
  unchanged() { [ "$(state)" = "$before" ] || fail "hpckit: digest: it changed while it was read"; }
  give() {
    said=$(dd if=/dev/fd/6 bs=64K skip="$1" count="$2" iflag=skip_bytes,count_bytes,fullblock 2>&1 >&8)
    case $said in
      *"
$2 byte"*) echo ;;
      *" byte"*) fail "hpckit: digest: it changed while it was read" ;;
      *) fail "$said" ;;
    esac
  }
  giveAll() {
    while read -r offset length what <&3; do
      if [ "$length" -eq 0 ]; then unchanged; return; fi
      if [ "$what" = digest ]; then dd if=/dev/fd/6 bs=64K skip="$offset" count="$length" iflag=skip_bytes,count_bytes,fullblock status=none | sha256sum; else give "$offset" "$length"; fi
    done
    exit 1
  }
  if [ -e ${pathWord(path)} ] && [ ! -f ${pathWord(path)} ]; then fail "hpckit: unsupported: neither file nor folder"; fi
  exec 6<${pathWord(path)} || exit 1
  exec 8>&1
  before=$(state) && mode=$(stat -L --format %a -- /dev/fd/6) || exit 1
  if [ "\${before%% *}" -eq 0 ]; then
    taken=$(mktemp) || exit 1
    cat <&6 >"$taken" && exec 6<"$taken" || exit 1
    rm -f -- "$taken"
    before=$(state) || exit 1
  fi
  size=\${before%% *}
  echo "file $before $mode $(stat -L --format %b -- /dev/fd/6)"
`;
