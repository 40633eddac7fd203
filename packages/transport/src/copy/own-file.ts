import { lines, sh, type FilePolicy, type ShellExpression } from "@hpckit/core";
import { octalMode } from "../file/apply-policy.js";

/** What a copy of a file takes over from its original. */
export interface Original {
  readonly mode: number;
  /** Seconds since the epoch, as exactly as is known; nothing where times are not kept. */
  readonly modifiedAtSeconds: string | undefined;
}

/** Permission bits that a copy keeps: none that would lend somebody else's rights. */
export const keptMode = (mode: number): number => mode & 0o777;

/**
 * Gives a file its owner, group and mode, in this order: a change of owner takes the special bits away. And the time of its original
 * (touch(1) of GNU coreutils). `$umask` is the account's. Calls `fail`.
 */
export const ownFile = (part: string, target: string, { policy, original }: { readonly policy: FilePolicy | undefined; readonly original: Original | undefined }): ShellExpression =>
  lines(
    policy === undefined ? likeReplaced(part, target, original) : byPolicy(part, target, policy),
    original?.modifiedAtSeconds === undefined ? undefined : sh`touch -m -d ${`@${original.modifiedAtSeconds}`} -- ${part} || fail`,
  );

const isReplaced = (target: string): ShellExpression => sh`[ -f ${target} ] && [ ! -L ${target} ]`;

const byPolicy = (part: string, target: string, { group, fileMode }: FilePolicy): ShellExpression =>
  lines(
    sh`if ${isReplaced(target)}; then chown --reference=${target} -- ${part} 2>/dev/null || :; fi`,
    group === undefined ? undefined : sh`chgrp -- ${group} ${part} || fail`,
    sh`chmod ${octalMode(fileMode)} -- ${part} || fail`,
  );

/** Only root can give a file away: who replaces another's file becomes its owner, but never changes who may read it. */
const likeReplaced = (part: string, target: string, original: Original | undefined): ShellExpression => sh`
  if ${isReplaced(target)}; then
    chown --reference=${target} -- ${part} 2>/dev/null || chgrp --reference=${target} -- ${part} || fail
    chmod --reference=${target} -- ${part} || fail
  else
    chmod ${original === undefined ? sh`"$(printf '%04o' "$((0666 & ~umask))")"` : octalMode(keptMode(original.mode))} -- ${part} || fail
  fi
`;
