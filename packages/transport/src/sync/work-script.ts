import { lines, sh, type ShellExpression } from "@hpckit/core";
import { octalMode } from "../file/apply-policy.js";
import type { FolderWork } from "./folder-work.js";

/** A new file gets the group that its folder hands on, as if it had been made in it. */
const inheritGroup = sh`for new do if [ ! -e "./\${new##*/}" ]; then chgrp -- "$0" "$new" || exit 1; fi; done`;

/**
 * What {@link renderWork} calls. `$gid` is the group that what was written aside has, or empty where a policy has given it one. Each enters its folder and asks the kernel where it is: from there on names lead nowhere else, whoever swaps
 * a folder for a link. Modes of files are set through hard links in a folder that is closed to all others, as chmod(1) follows links. Many
 * names go through a pipe, as the words of a command are limited.
 */
export const workFunctions: ShellExpression = sh`
  device=$(stat -c %d -- "$part") || fail
  newline=$(printf '\nx')
  into() {
    here=$root$1
    cd -P -- "$here/" || fail
    [ "$(env pwd -P; echo x)" = "\${here:-/}$newline" ] || fail "hpckit: astray: $here leads elsewhere"
  }
  discard() { cd -- "$part/tree" || fail; printf '%s\0' "$@" | xargs -0 rm -rf -- || fail; }
  makeAside() {
    cd -- "$part/tree" || fail
    mode=$1 group=$2; shift 2
    printf '%s\0' "$@" | xargs -0 mkdir -p -- || fail
    if [ -n "$group" ]; then printf '%s\0' "$@" | xargs -0 chgrp -- "$group" || fail; fi
    printf '%s\0' "$@" | xargs -0 chmod -- "$mode" || fail
  }
  adopt() {
    cd -- "$part/tree" && mkdir -- "$part/whole" || fail
    printf '%s\0' "$@" | xargs -0 mv -t "$part/whole" -- || fail
    into ""
    find "$part/whole" -mindepth 1 -maxdepth 1 -exec mv -f -t . -- {} + || fail
  }
  unlink() { into "$1"; shift; printf '%s\0' "$@" | xargs -0 rm -f -- || fail; }
  place() {
    into "$1"
    [ "$(stat -c %d .)" = "$device" ] || fail "hpckit: unsupported: $here is on another file system than $root"
    if [ -n "$gid" ] && [ -g . ] && [ "$(stat -c %g .)" != "$gid" ]; then
      find "$part/tree$1" -mindepth 1 -maxdepth 1 -type f -exec sh -c ${inheritGroup.shell} "$(stat -c %g .)" {} + || fail
    fi
    find "$part/tree$1" -mindepth 1 -maxdepth 1 ! -type d -exec mv -f -t . -- {} + || fail
  }
  makeFolders() { into "$1"; mode=$2; shift 2; printf '%s\0' "$@" | xargs -0 mkdir -m "$mode" -- || fail; }
  removeFolders() { into "$1"; shift; printf '%s\0' "$@" | xargs -0 rmdir -- || fail; }
  removeEmpty() {
    into "$1"; folder=$1; shift
    printf '%s\0' "$@" | xargs -0 rmdir --ignore-fail-on-non-empty -- || fail
    for each do if [ -d "$each" ]; then printf '%s/%s\0' "$folder" "\${each#./}"; fi; done
  }
  setFileModes() {
    into "$1"; mode=$2; shift 2
    rm -rf -- "$part/modes" && mkdir -- "$part/modes" || fail
    printf '%s\0' "$@" | xargs -0 ln -P -t "$part/modes" -- || fail
    find "$part/modes" -type f -exec chmod -- "$mode" {} + || fail
  }
  setFolderMode() {
    into "$1"
    if [ -n "$3" ]; then chgrp -- "$3" . || fail; fi
    chmod -- "$2" . || fail
  }
`;

export const renderWork = (work: readonly FolderWork[]): ShellExpression => lines(...work.map(call));

function call(work: FolderWork): ShellExpression {
  const folder = work.folder === "" ? "" : `/${work.folder}`;
  const names = "names" in work ? work.names.map((name) => `./${name}`) : [];
  switch (work.kind) {
    case "discard":
      return sh`discard ${names}`;
    case "make-aside":
      return sh`makeAside ${octalMode(work.mode)} ${work.group ?? ""} ${names}`;
    case "adopt":
      return sh`adopt ${names}`;
    case "unlink":
      return sh`unlink ${folder} ${names}`;
    case "place":
      return sh`place ${folder}`;
    case "remove-folders":
      return work.mustGo ? sh`removeFolders ${folder} ${names}` : sh`removeEmpty ${folder} ${names}`;
    case "make-folders":
      return sh`makeFolders ${folder} ${octalMode(work.mode)} ${names}`;
    case "set-file-modes":
      return sh`setFileModes ${folder} ${octalMode(work.mode)} ${names}`;
    case "set-folder-mode":
      return sh`setFolderMode ${folder} ${octalMode(work.mode)} ${work.group ?? ""}`;
  }
}
