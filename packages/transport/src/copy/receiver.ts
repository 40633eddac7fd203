import { randomBytes } from "node:crypto";
import { lines, raw, sh, type Cancellable, type FilePolicy, type RemotePath, type ShellExpression } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { sayGroup } from "../guard/command-script.js";
import { octalMode } from "../file/apply-policy.js";
import { runFileScript } from "../file/file-script.js";
import { parentOf, pathWord } from "../file/path.js";
import type { Block } from "./blocks.js";
import { sendBlocks } from "./send-blocks.js";
import { checkPart, readWitness, type Witness } from "./verification.js";

export interface Delivery extends Cancellable {
  readonly kind: "file" | "folder";
  readonly policy?: FilePolicy | undefined;
  /** Content of the file, or the folder as a tar archive, in order. */
  readonly blocks: AsyncIterable<Block>;
  /** Has seen every block once the last was given. */
  readonly witness: Pick<Witness, "line">;
  /** Bytes of the blocks, where it is known. From some size on further channels carry them too. */
  readonly totalBytes?: number | undefined;
  readonly onSent?: ((bytes: number) => void) | undefined;
}

/**
 * Writes a file, or unpacks a folder, aside; checks it; and only then gives it its name.
 *
 * Guarantees: under the final name stands the old or the whole new content, never a part; what stands aside is closed to
 * all others until it has its group and mode, and is removed if anything fails.
 */
export async function deliver(source: ChannelSource, operation: string, path: RemotePath, delivery: Delivery): Promise<void> {
  const target = pathWord(path);
  const part = `${parentOf(target).replace(/\/$/, "")}/.hpckit-${randomBytes(8).toString("hex")}.part`;
  const { kind, policy, totalBytes = 0, signal } = delivery;
  const place = kind === "file" ? placeFile(part, target, policy) : placeFolder(part, target, policy);
  const script = withTargetCheck(kind, target, lines(receivePart(part, totalBytes), place));
  await sendBlocks(delivery, {
    owner: (lane) => runFileScript(source, { operation, path, script, ...lane, signal }),
    helper: (lane, stop) => runFileScript(source, { operation, path, script: helpReceive(part), ...lane, signal: stop }),
  });
}

/** Smaller files are not worth the question whether there is room for them. */
const askedAboutBytes = 1024 * 1024;

/** A folder replaces nothing but an empty one: said before a byte is sent. */
const withTargetCheck = (kind: "file" | "folder", target: string, script: ShellExpression): ShellExpression =>
  kind === "file"
    ? script
    : sh`
        if [ -L ${target} ] || { [ -e ${target} ] && ! rmdir -- ${target} 2>/dev/null; }; then
          echo "hpckit: exists: there is something under this name already; remove or rename it first" >&2; exit 1
        fi
        ${script}
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

/**
 * Makes the file, says so, and takes in blocks, then the witness. The helpers write into the same file meanwhile. A word to a
 * connection that is gone must not end it before it has cleaned up.
 */
const receivePart = (part: string, totalBytes: number): ShellExpression => sh`
  fail() { rm -rf --one-file-system -- ${part} ${`${part}.d`}; if [ "$#" -gt 0 ]; then echo "$*" >&2; fi; exit 1; }
  trap 'fail "hpckit: ended by a signal"' TERM HUP INT
  trap '' PIPE
  ${takeBlocks(part)}
  umask=$(umask)
  umask 077
  ${checkSpace(part, totalBytes)}
  set -C
  : >${part} || fail
  set +C
  echo ready
  take || fail
  ${readWitness}
  ${sayGroup}
  exec 3<&- 7>&-
  ${checkPart(part)}
`;

/** Whose transfer it is cleans up. */
const helpReceive = (part: string): ShellExpression => sh`
  ${takeBlocks(part)}
  take || exit 1
  ${sayGroup}
`;

/** Said before a byte is sent; file systems that do not tell their space are not asked twice. */
const checkSpace = (part: string, totalBytes: number): ShellExpression =>
  totalBytes < askedAboutBytes
    ? raw(":")
    : sh`
        free=$(($(stat -f -c '%a * %S' -- ${parentOf(part)}))) || free=
        if [ -n "$free" ] && [ "$free" -lt ${totalBytes} ]; then
          echo ${`hpckit: No space left on device: it takes ${totalBytes} bytes, and there are `}"$free" >&2; exit 1
        fi
      `;

const placeFile = (part: string, target: string, policy: FilePolicy | undefined): ShellExpression => sh`
  sync -- ${part} || fail
  ${ownFile(part, target, policy)}
  mv -fT -- ${part} ${target} || fail
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

/** The archive is checked as a whole before anything is unpacked, into a folder that is renamed at the end. */
function placeFolder(part: string, target: string, policy: FilePolicy | undefined): ShellExpression {
  const folder = `${part}.d`;
  return sh`
    mkdir -- ${folder} || fail
    tar -C ${folder} -xpf ${part} --no-same-owner || fail
    ${policy === undefined ? sh`:` : ownTree(folder, policy)}
    sync -f -- ${folder} || fail
    mv -T -- ${folder} ${target} || fail
    rm -f -- ${part}
  `;
}

/** Files that their owner may execute stay executable for all who may read them. */
const ownTree = (folder: string, { fileMode, folderMode, group }: FilePolicy): ShellExpression =>
  lines(
    group === undefined ? undefined : sh`chgrp -hR -- ${group} ${folder} || fail`,
    sh`find ${folder} -type f -perm -u+x -exec chmod ${octalMode(fileMode | ((fileMode & 0o444) >> 2))} -- ${raw("{}")} + || fail`,
    sh`find ${folder} -type f ${"!"} -perm -u+x -exec chmod ${octalMode(fileMode)} -- ${raw("{}")} + || fail`,
    sh`find ${folder} -depth -type d -exec chmod ${octalMode(folderMode)} -- ${raw("{}")} + || fail`,
  );
