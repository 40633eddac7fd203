import { randomBytes } from "node:crypto";
import { lines, raw, sh, type Cancellable, type FilePolicy, type RemotePath, type ShellExpression } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { sayGroup } from "../guard/command-script.js";
import { octalMode } from "../file/apply-policy.js";
import { runFileScript } from "../file/file-script.js";
import { parentOf, pathWord } from "../file/path.js";

export interface Delivery extends Cancellable {
  readonly kind: "file" | "folder";
  readonly policy?: FilePolicy | undefined;
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** SHA-256 of all pieces in hex, asked for after the last. */
  readonly digest: () => string;
}

/** Pieces are joined to about this, because the far side starts a program for each. */
const frameBytes = 4 * 1024 * 1024;

/**
 * Writes a file, or unpacks a folder, aside; checks it; and only then gives it its name.
 *
 * Guarantees: under the final name stands the old or the whole new content, never a part; what stands aside is closed to
 * all others until it has its group and mode, and is removed if anything fails.
 */
export async function deliver(source: ChannelSource, operation: string, path: RemotePath, delivery: Delivery): Promise<void> {
  const target = pathWord(path);
  const part = `${parentOf(target).replace(/\/$/, "")}/.hpckit-${randomBytes(8).toString("hex")}.part`;
  const { policy } = delivery;
  const script = lines(
    receiveScript(part),
    delivery.kind === "file" ? placeFile(part, target, policy) : placeFolder(part, target, policy),
  );
  await runFileScript(source, { operation, path, script: withTargetCheck(delivery.kind, target, script), input: frames(delivery), signal: delivery.signal });
}

/** Each frame: its length on a line, its bytes. After the last: 0 on a line, the digest on another. */
async function* frames({ pieces, digest }: Delivery): AsyncGenerator<Uint8Array, void> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  const frame = (): Buffer => {
    const joined = Buffer.concat([Buffer.from(`${size}\n`), ...waiting]);
    waiting = [];
    size = 0;
    return joined;
  };
  for await (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size >= frameBytes) yield frame();
  }
  if (size > 0) yield frame();
  yield Buffer.from(`0\n${digest()}\n`);
}

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

const receiveScript = (part: string): ShellExpression => sh`
  fail() { if [ "$#" -gt 0 ]; then echo "$*" >&2; fi; rm -rf --one-file-system -- ${part} ${`${part}.d`}; exit 1; }
  trap 'fail "hpckit: ended by a signal"' TERM HUP INT
  take() {
    while read -r size <&3; do
      if [ "$size" -eq 0 ]; then return 0; fi
      head -c "$size" <&3 || return 1
    done
    return 1
  }
  umask=$(umask)
  umask 077
  set -C
  { take; } >${part} || fail
  set +C
  read -r digest <&3 || fail "hpckit: the input was cut"
  ${sayGroup}
  exec 3<&- 7>&-
  if [ "$(sha256sum <${part})" != "$digest  -" ]; then fail "hpckit: digest: other bytes arrived than were sent"; fi
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
