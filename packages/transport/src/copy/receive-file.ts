import { raw, sh, type FilePolicy, type ShellExpression } from "@hpckit/core";
import { parentOf } from "../file/path.js";
import { sayGroup } from "../guard/command-script.js";
import { blockBytes } from "./blocks.js";
import { checkSpace } from "./check-space.js";
import { ownFile, type Original } from "./own-file.js";
import type { PartName } from "./part-name.js";
import { takeFrames } from "./take-frames.js";
import { checkPart, readWitness } from "./verification.js";

export interface FileReception {
  /** Where it is written aside, in the folder of the target. */
  readonly part: string;
  readonly target: string;
  readonly policy: FilePolicy | undefined;
  readonly original: Original | undefined;
  /** What it takes on a disk. */
  readonly neededBytes: number;
  /** Parts of earlier calls that may be continued, if so. */
  readonly resumable: PartName["resumable"];
}

/** Makes the file, says so, takes in blocks and the witness, and places it. Helpers write into the same file meanwhile. Calls `fail`. */
export const receiveFile = ({ part, target, policy, original, neededBytes, resumable }: FileReception): ShellExpression => sh`
  if [ -d ${target} ] && [ ! -L ${target} ]; then echo "hpckit: exists: a folder stands under this name; give the name of the file in it" >&2; exit 1; fi
  ${takeBlocks(part, resumable === undefined, syncEarly(part))}
  ${endSync}
  umask=$(umask)
  umask 077
  had=0
  ${resumable === undefined ? raw(":") : takeOver(part, resumable)}
  ${checkSpace(parentOf(part), neededBytes)}
  if [ ! -e ${part} ]; then
    set -C
    : >${part} || fail
    set +C
  fi
  ${resumable === undefined ? sh`echo ready` : sayDigests(part)}
  take || failTaking
  endSync
  ${readWitness}
  wait
  ${sayGroup}
  exec 3<&- 7>&-
  keep=
  ${checkPart(part)}
  ${ownFile(part, target, { policy, original })}
  sync -- ${part} || fail
  mv -fT -- ${part} ${target} || failTaking
`;

/** Whose transfer it is cleans up. */
export const helpReceive = (part: string, isResumable: boolean): ShellExpression => sh`
  fail() { if [ "$#" -gt 0 ]; then echo "$*" >&2; fi; exit 1; }
  ${takeBlocks(part, !isResumable)}
  take || failTaking
  ${sayGroup}
`;

/** So many blocks of the owner's lane, and what helpers have brought meanwhile, go to the disk while more come, so that the sync at the end has little left to do. */
const syncedBlocks = 4;

const syncEarly = (part: string): ShellExpression => sh`
  taken=$((taken + 1))
  if [ $((taken % ${syncedBlocks})) -eq 0 ]; then
    endSync
    sync -d -- ${part} 3<&- 7>&- &
    syncing=$!
  fi
`;

/**
 * What a disk could not keep is told once, to whoever asks first: so only the owner asks, each of its syncs must succeed, and nothing is left to be
 * resumed. It may be read still, and would pass for kept. Calls `failTaking`.
 */
const endSync = sh`
  taken=0
  syncing=
  endSync() {
    [ -n "$syncing" ] || return 0
    wait "$syncing" || { keep=; failTaking; }
  }
`;

/**
 * Each block goes to its place. A helper must not make the file again (`nocreat`) that its owner has just removed, or that another call has
 * taken over. What is zero stays a hole (`sparse`), but not where there may be other bytes already.
 */
const takeBlocks = (part: string, isNew: boolean, afterBlock?: ShellExpression): ShellExpression => sh`
  ${takeFrames(sh`of=${part} seek="$offset" oflag=seek_bytes conv=${isNew ? "notrunc,nocreat,sparse" : "notrunc,nocreat"}`, afterBlock)}
  failTaking() {
    ${isNew ? raw("fail") : sh`if [ -e ${part} ]; then fail; else fail "hpckit: taken: another call with resume has taken this copy over"; fi`}
  }
`;

/**
 * Renames the largest part of the same original to a name of our own, removes all others of the target, and says the digest of each block that
 * is there. The rename is the claim: who held the part before, dead or alive, finds it no more, neither to write the next block into nor
 * to place it. Nothing is touched but files of this account with one name: in a folder that others may write into, such a name could be anyone's.
 * A rename over NFS may be told to have failed, though it has not; so what is there decides.
 */
const takeOver = (part: string, { ofTarget, ofOriginal }: NonNullable<FileReception["resumable"]>): ShellExpression => sh`
  keep=1
  parts() { prefix=$1; shift; find ${parentOf(part)} -maxdepth 1 -name "$prefix*.part" -type f -uid "$(id -u)" -links 1 "$@"; }
  parts ${ofOriginal} -printf '%s %f\n' | sort -rn | while read -r size name; do
    mv -T -- ${parentOf(part)}/"$name" ${part} 2>/dev/null
    if [ -e ${part} ]; then break; fi
  done
  parts ${ofTarget} ! -name ${part.slice(part.lastIndexOf("/") + 1)} -exec rm -f -- ${raw("{}")} +
  if [ -e ${part} ]; then had=$(($(stat -c '%b * %B' -- ${part}))) || fail; fi
`;

/**
 * Says the digest of each block beside all else, so that the end of the input is seen at once. No block is written before its digest was said: the
 * sender waits for that.
 */
const sayDigests = (part: string): ShellExpression => sh`
  size=$(stat -c %s -- ${part}) || fail
  {
    offset=0
    while [ "$offset" -lt "$size" ] && kill -s 0 "$$" 2>/dev/null; do
      dd if=${part} bs=256K skip="$offset" count=${blockBytes} iflag=skip_bytes,count_bytes,fullblock status=none | sha256sum || break
      offset=$((offset + ${blockBytes}))
    done
    echo ready
  } 3<&- 7>&- &
`;
