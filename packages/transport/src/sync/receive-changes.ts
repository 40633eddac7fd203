import { lines, raw, sh, type FilePolicy, type ShellExpression } from "@hpckit/core";
import { checkSpace } from "../copy/check-space.js";
import { ownTree, unpackFrames } from "../copy/receive-folder.js";
import { octalMode } from "../file/apply-policy.js";
import { aside, cleanUpWhenFailing, makeAside } from "../copy/stand-aside.js";
import { takeFrames } from "../copy/take-frames.js";
import { unpacking } from "../copy/unpacking.js";
import { pathWord } from "../file/path.js";
import { sayGroup } from "../guard/command-script.js";
import { treeFormat } from "../tree/parse-tree.js";
import { sightFormat, sightScript } from "./sightings.js";
import { stagingName, staleMinutes, sweepStaging } from "./staging.js";
import { workFunctions } from "./work-script.js";

export interface ChangesReception {
  readonly root: string;
  readonly makesFolder: boolean;
  /** Whether an archive comes. */
  readonly unpacks: boolean;
  /** What that takes on the disk. */
  readonly diskBytes: number;
  readonly policy: FilePolicy | undefined;
}

const staging = raw('"$staging"');
const tree = raw('"$part/tree"');
const cut = sh`fail "hpckit: digest: the input was cut"`;

/**
 * Unpacks an archive aside, tells what has arrived and how the named entries of the target are now, and then does the work that it is told. The
 * report is a line with two sizes, and two lists of so many bytes. After it comes the name of each folder that could not be removed.
 */
export const receiveChanges = ({ root, makesFolder, unpacks, diskBytes, policy }: ChangesReception): ShellExpression => sh`
  ${makesFolder ? makeRoot(pathWord(root), policy) : raw(":")}
  cd -P -- ${pathWord(root)} || exit 1
  root=$(env pwd -P; echo x)
  root=\${root%??}
  if [ "$root" = / ]; then root=; fi
  staging=$root/${stagingName()}
  ${cleanUpWhenFailing(staging)}
  ${sweepStaging(staleMinutes)}
  ${checkSpace(raw('"$root/"'), diskBytes)}
  ${makeAside(staging)}
  part=${aside}
  mkdir -- "$part/tree" || fail
  ${takeFrames()}
  ${unpacks ? unpackFrames(tree, unpacking(undefined, true)) : raw(":")}
  take >"$part/paths" || ${cut}
  ${policy === undefined ? raw(":") : ownTree(tree, policy)}
  sync -f -- "$part" || fail
  find "$part/tree" -mindepth 1 ! -type d -printf ${treeFormat} >"$part/staged" || fail
  xargs -0 -r sh -c ${sightScript} ${sightFormat} <"$part/paths" >"$part/present" || fail
  sizes=$(stat -c %s -- "$part/staged" "$part/present") || fail
  echo $sizes
  cat -- "$part/staged" "$part/present" || fail
  take >"$part/work" || ${cut}
  ${sayGroup}
  exec 3<&- 7>&-
  ${policy?.group === undefined ? keepOwners : raw("gid=")}
  ${workFunctions}
  . "$part/work"
  cd -- "$root/" && rm -rf --one-file-system -- "$staging"
`;

const makeRoot = (root: string, policy: FilePolicy | undefined): ShellExpression => sh`
  if [ ! -d ${root} ]; then
    ${policy === undefined ? sh`mkdir -- ${root} || exit 1` : lines(sh`mkdir -m 0700 -- ${root} || exit 1`, policy.group === undefined ? undefined : sh`chgrp -- ${policy.group} ${root} || exit 1`, sh`chmod -- ${octalMode(policy.folderMode)} ${root} || exit 1`)}
  fi
`;

/**
 * A file that replaces another keeps its group, and its owner where the account may give files away: who may read it is not changed by
 * who writes it. A change of owner takes special bits away, so the mode follows.
 */
const keepOwner = sh`
  for each do
    new=$0/$each
    if [ ! -f "$new" ] || [ -L "$new" ]; then continue; fi
    mode=$(stat -c %a -- "$new")
    { chown --reference="$each" -- "$new" 2>/dev/null || chgrp --reference="$each" -- "$new"; } && chmod -- "$mode" "$new" || : >"$0/../unkept"
  done
`;
const unlikeStaged = sh`find "$@" -prune -type f "(" ! -uid "$uid" -o ! -gid "$gid" ")" -exec sh -c "$script" "$0" {} + 2>/dev/null; :`;
const keepOwners: ShellExpression = sh`
  uid=$(stat -c %u -- "$part/tree") gid=$(stat -c %g -- "$part/tree") script=${keepOwner.shell}
  export uid gid script
  xargs -0 -r sh -c ${unlikeStaged.shell} "$part/tree" <"$part/paths" || fail
  if [ -e "$part/unkept" ]; then fail "hpckit: Operation not permitted: a file belongs to a group that this account cannot give it"; fi
`;
