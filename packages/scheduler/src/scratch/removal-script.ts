import { lines, sh, type ShellExpression } from "@hpckit/core";
import { markerLine } from "./marker.js";
import { markerName, nameOf, tombstoneName, type Scratch } from "./scratch.js";

/** Exit status of a script that found something else than the folder it was written for. */
export const keptStatus = 77;

/**
 * Finds the folder, under its own name or as the tombstone of a removal that was killed, and names it `$found`.
 * Prints `absent` and ends with 0 if there is nothing; ends with {@link keptStatus} if what is there is not ours.
 *
 * Everything happens relative to the root, which is entered once: a path that is swapped afterwards leads nowhere.
 * Device numbers differ between the nodes of a shared file system and are compared here and now; the inode is the same
 * on all of them and is compared with the one that was written down.
 */
const findFolder = (scratch: Scratch): ShellExpression => sh`
  PATH=/usr/bin:/bin:$PATH LC_ALL=C
  export PATH LC_ALL
  root=${scratch.root}
  name=${`./${nameOf(scratch)}`}
  tombstone=${`./${tombstoneName(scratch)}`}
  keep() {
    printf 'kept %s/%s: %s\n' "$root" "\${name#./}" "$1" >&2
    exit ${keptStatus}
  }
  look() {
    seen=$(stat -c '%d:%i %F' -- "$1" 2>&1) || case $seen in
      *': No such file or directory') seen= ;;
      *) keep "$seen" ;;
    esac
  }
  expect_ours() {
    [ "$seen" = "$ours" ] || keep "another one stands in its place ($seen, expected $ours)"
  }
  gone() {
    echo absent
    exit 0
  }
  is_marked() {
    [ -f "$1" ] && [ ! -L "$1" ] && grep -qxF ${markerLine(scratch)} "$1" 2>/dev/null
  }
  cd -P -- "$root" 2>/dev/null || keep "its root cannot be entered"
  [ "$PWD" = "$root" ] || keep "its root is reached through a symbolic link"
  ours="$(stat -c %d .):${scratch.inode} directory"
  found=$tombstone
  look "$found"
  if [ -z "$seen" ]; then
    found=$name
    look "$found"
    [ -n "$seen" ] || gone
  fi
  expect_ours
  if [ "$found" = "$name" ] && ! is_marked "$name/${markerName}"; then
    look "$name"
    [ -z "$seen" ] || keep "its marker ${markerName} is gone or another one's"
    # Another removal has begun meanwhile: do its work too, in case it is killed.
    found=$tombstone
    look "$found"
    [ -n "$seen" ] || gone
    expect_ours
  fi
`;

/** Removes the folder that was found. First a rename: what happens under the old name from then on is not touched. */
const removeFolder = sh`
  if [ "$found" = "$name" ]; then
    moved=$(mv -fT -- "$name" "$tombstone" 2>&1) || :
    look "$tombstone"
    if [ -z "$seen" ]; then
      look "$name"
      [ -n "$seen" ] || gone
      keep "it cannot be renamed: $moved"
    fi
    if [ "$seen" != "$ours" ]; then
      mv -nT -- "$tombstone" "$name" || :
      keep "it was replaced while it was being removed"
    fi
  fi
  if ! rm -rf --one-file-system -- "$tombstone" 2>/dev/null; then
    # Folders that the job made read-only.
    find "$tombstone" -xdev -type d ! -perm -u=rwx -exec chmod u+rwx {} ';' 2>/dev/null || :
    rm -rf --one-file-system -- "$tombstone" || :
    look "$tombstone"
    [ -z "$seen" ] || exit 1
  fi
  echo removed
`;

const countFolder = sh`
  printf '%s ' "$found"
  find "$found" -xdev -printf '%y %s\n' | awk '
    $1 == "d" { folders++; next }
    { files++; bytes += $2 }
    END { printf "%.0f %.0f %.0f\n", files, folders, bytes }
  '
`;

/**
 * A script that removes a scratch folder and nothing else. Prints `removed` or `absent`; a removal that did not come to
 * its end has status 1, and the next run finishes it.
 */
export const renderRemoval = (scratch: Scratch): ShellExpression => lines(findFolder(scratch), removeFolder);

/** A script that prints what a removal would find: `absent`, or the folder, and the numbers of files, folders and bytes. */
export const renderCount = (scratch: Scratch): ShellExpression => lines(findFolder(scratch), countFolder);
