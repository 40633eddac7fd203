import { lines, raw, sh, type FilePolicy, type ShellExpression, type Word } from "@hpckit/core";
import { octalMode } from "../file/apply-policy.js";
import { parentOf } from "../file/path.js";
import { sayGroup } from "../guard/command-script.js";
import { checkPart, readWitness } from "./verification.js";

export interface FileReception {
  /** Where it is written aside, in the folder of the target. */
  readonly part: string;
  readonly target: string;
  readonly policy: FilePolicy | undefined;
  readonly totalBytes: number;
}

/** Makes the file, says so, takes in blocks and the witness, and places it. Helpers write into the same file meanwhile. Calls `fail`. */
export const receiveFile = ({ part, target, policy, totalBytes }: FileReception): ShellExpression => sh`
  ${takeBlocks(part)}
  umask=$(umask)
  umask 077
  ${checkSpace(parentOf(part), totalBytes)}
  set -C
  : >${part} || fail
  set +C
  echo ready
  take || fail
  ${readWitness}
  ${sayGroup}
  exec 3<&- 7>&-
  ${checkPart(part)}
  sync -- ${part} || fail
  ${ownFile(part, target, policy)}
  mv -fT -- ${part} ${target} || fail
`;

/** Whose transfer it is cleans up. */
export const helpReceive = (part: string): ShellExpression => sh`
  ${takeBlocks(part)}
  take || exit 1
  ${sayGroup}
`;

/**
 * Each block stands after a line with its place and its length; a length of 0 is the end. A helper must not make the file again
 * (`nocreat`) that its owner has just removed.
 */
const takeBlocks = (part: string): ShellExpression => sh`
  take() {
    while read -r offset length <&3; do
      if [ "$length" -eq 0 ]; then return 0; fi
      dd of=${part} bs=256K seek="$offset" count="$length" oflag=seek_bytes iflag=count_bytes,fullblock conv=notrunc,nocreat status=none <&3 || return 1
    done
    return 1
  }
`;

/** Smaller files are not worth the question whether there is room for them. */
const askedAboutBytes = 1024 * 1024;

/** Said before a byte is sent; file systems that do not tell their space are not asked twice. */
export const checkSpace = (folder: Word, totalBytes: number): ShellExpression =>
  totalBytes < askedAboutBytes
    ? raw(":")
    : sh`
        free=$(($(stat -f -c '%a * %S' -- ${folder}))) || free=
        if [ -n "$free" ] && [ "$free" -lt ${totalBytes} ]; then
          echo ${`hpckit: No space left on device: it takes ${totalBytes} bytes, and there are `}"$free" >&2; exit 1
        fi
      `;

/** Owner, group and mode, in this order: a change of owner takes the special bits away. */
function ownFile(part: string, target: string, policy: FilePolicy | undefined): ShellExpression {
  const isReplaced = sh`[ -f ${target} ] && [ ! -L ${target} ]`;
  if (policy !== undefined) {
    return lines(
      sh`if ${isReplaced}; then chown --reference=${target} -- ${part} 2>/dev/null || :; fi`,
      policy.group === undefined ? undefined : sh`chgrp -- ${policy.group} ${part} || fail`,
      sh`chmod ${octalMode(policy.fileMode)} -- ${part} || fail`,
    );
  }
  // Only root can give a file away: who replaces another's file becomes its owner, but never changes who may read it.
  return sh`
    if ${isReplaced}; then
      chown --reference=${target} -- ${part} 2>/dev/null || chgrp --reference=${target} -- ${part} || fail
      chmod --reference=${target} -- ${part} || fail
    else
      chmod "$(printf '%04o' "$((0666 & ~umask))")" -- ${part} || fail
    fi
  `;
}
