import { lines, raw, sh, type FilePolicy, type ShellExpression, type Word } from "@hpckit/core";
import { checkSpace } from "./check-space.js";
import { aside, makeAside } from "./stand-aside.js";
import { takeFrames } from "./take-frames.js";
import { defineManifest } from "./tree-manifest.js";
import { unpacking } from "./unpacking.js";
import { octalMode, programMode } from "../file/apply-policy.js";
import { parentOf } from "../file/path.js";
import { sayGroup } from "../guard/command-script.js";

export interface FolderReception {
  /** The folder into which it is unpacked aside, in the folder of the target. */
  readonly part: string;
  readonly target: string;
  readonly policy: FilePolicy | undefined;
  /** What its files take on a disk. */
  readonly neededBytes: number;
  /** Whether times are kept. */
  readonly times: boolean;
}

/**
 * Unpacks an archive while it comes, compares what is there with what was packed, and places the folder. It replaces nothing but an
 * empty folder: said before a byte is sent. Calls `fail`.
 */
export const receiveFolder = ({ part, target, policy, neededBytes, times }: FolderReception): ShellExpression => sh`
  if [ -L ${target} ] || { [ -e ${target} ] && ! rmdir -- ${target} 2>/dev/null; }; then
    echo "hpckit: exists: there is something under this name already; remove or rename it first" >&2; exit 1
  fi
  ${checkSpace(parentOf(part), neededBytes)}
  ${makeAside(part)}
  ${takeFrames()}
  ${defineManifest({ modes: true, times })}
  ${unpackFrames(aside, unpacking(policy, times))}
  read -r kind entries bytes digest <&3 || fail "hpckit: digest: the input was cut"
  ${sayGroup}
  exec 3<&- 7>&-
  unpacked=$(find ${aside} -mindepth 1 -printf '%y %i %s\n' | awk '{ entries += 1 } $1 == "f" && !seen[$2]++ { bytes += $3 } END { printf "%d %.0f", entries, bytes }')
  [ "$unpacked" = "$entries $bytes" ] || fail "hpckit: digest: $unpacked entries and bytes were unpacked, and $entries $bytes were packed"
  if [ -n "$digest" ] && [ "$(manifest ${aside} | sha256sum)" != "$digest  -" ]; then
    manifest ${aside}
    fail "hpckit: digest: other entries were unpacked than were packed"
  fi
  ${policy === undefined ? raw(":") : ownTree(aside, policy)}
  sync -f -- ${aside} || fail
  mv -T -- ${part} ${target} || fail
`;

/** Unpacks the archive that {@link takeFrames} takes, while it comes. Calls `fail`. @param words - what tar is to do. */
export const unpackFrames = (folder: Word, words: readonly string[]): ShellExpression => sh`
  taken=$({ { take; echo "$?" >&9; } | { umask 000; tar -C ${folder} ${words} >&2 9>&-; } || echo unpacked >&9; } 9>&1)
  [ "$taken" = 0 ] || fail
`;

/** Gives all below a folder group and modes, see {@link programMode}. */
export const ownTree = (folder: Word, policy: FilePolicy): ShellExpression => {
  const { fileMode, folderMode, group } = policy;
  return lines(
    group === undefined ? undefined : sh`chgrp -hR -- ${group} ${folder} || fail`,
    sh`find ${folder} -type f -perm -u+x -exec chmod ${octalMode(programMode(policy))} -- ${raw("{}")} + || fail`,
    sh`find ${folder} -type f ${"!"} -perm -u+x -exec chmod ${octalMode(fileMode)} -- ${raw("{}")} + || fail`,
    sh`find ${folder} -depth -type d -exec chmod ${octalMode(folderMode)} -- ${raw("{}")} + || fail`,
  );
};
