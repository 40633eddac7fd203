import { lines, sh } from "../shell/sh.js";
import { wayOut } from "../shell/way-out.js";
import type { ShellExpression } from "../shell/word.js";
import { processFunctions, releaseClaim, renderClaim } from "./claim-functions.js";
import { contentFolderExit, type MakeContentFolder } from "./content-folder.js";
import { folderFunctions } from "./folder-functions.js";

/**
 * A script that makes a content folder, at the path where it stays, and publishes it by a link that is made once.
 *
 * Guarantees: what stands under its name is whole, however many make it at once and whatever is killed; exactly one is
 * published. One that fails or is ended by a signal leaves nothing; what a kill −9 leaves, the next maker on that machine
 * removes. Two makers cannot harm each other, so neither can one that stalled and wakes after its claim was broken.
 * @param make - fills `$hpckit_folder`; `$hpckit_tmp` is a temporary folder that goes in any case, and `$hpckit_end` may be set to
 * the status of success. It runs under `set -eu`, and an `exit` of its own is a failure.
 */
export const renderMake = (plan: MakeContentFolder, make: ShellExpression): ShellExpression =>
  lines(sh`set -eu`, maskOf(plan), folderFunctions, processFunctions, ownFolder(plan), wayOut(clearUp), begin, renderClaim(madeByOthers), afterClaim, make, publish);

const maskOf = ({ policy }: MakeContentFolder): ShellExpression | undefined =>
  policy === undefined ? undefined : sh`umask ${(0o777 & ~policy.folderMode).toString(8).padStart(3, "0")}`;

/**
 * On the way out the link says whether the folder is published: a signal may come between the two, and NFS may say of a
 * link that was made that it was there already.
 */
const ownFolder = ({ root, name, id }: MakeContentFolder): ShellExpression => sh`
  hpckit_root=${root}
  hpckit_mine=${`${name}-${id}`}
  hpckit_folder=$hpckit_root/$hpckit_mine
  hpckit_link=$hpckit_root/${name}
  hpckit_claim=$hpckit_root/.${name}.claim
  hpckit_beat=
  hpckit_tmp=
  hpckit_end=0
  hpckit_is_published() {
    [ "$(readlink -- "$hpckit_link")" = "$hpckit_mine" ]
  }
`;

const clearUp = sh`
  ${releaseClaim}
  if ! hpckit_is_published; then hpckit_remove "$hpckit_folder"; fi
  if [ -n "$hpckit_tmp" ]; then hpckit_remove "$hpckit_tmp"; fi
`;

const begin = sh`
  mkdir -p -- "$hpckit_folder/.hpckit" || exit ${contentFolderExit.rootNotWritable}
  printf '%s\n' "$hpckit_me" > "$hpckit_folder/.hpckit/owner"
`;

/** The touch is for a prune: who waits is about to make it. */
const madeByOthers = sh`
  touch -c -- "$hpckit_folder/.hpckit"
  if [ ! -w "$hpckit_root" ]; then exit ${contentFolderExit.rootNotWritable}; fi
  if [ "$(hpckit_state "$hpckit_link")" = complete ]; then exit ${contentFolderExit.alreadyThere}; fi
`;

const afterClaim = sh`
  case $(hpckit_state "$hpckit_link") in
    complete) exit ${contentFolderExit.alreadyThere} ;;
    damaged) echo 'hpckit: files of it are missing; making it again'; rm -f -- "$hpckit_link" ;;
  esac
  for hpckit_left in "$hpckit_link"-*; do
    if [ ! -e "$hpckit_left/.hpckit/complete" ] && hpckit_dead "$(cat -- "$hpckit_left/.hpckit/owner" 2>/dev/null || :)"; then
      hpckit_remove "$hpckit_left" 2>/dev/null || : # another account's goes with its next prune
    fi
  done
  hpckit_tmp=$(mktemp -d) # programs that are ended leave their files
  TMPDIR=$hpckit_tmp
  export TMPDIR
`;

/** Whoever of the group uses it must be able to note that: a prune by its owner cannot see others' jobs. */
const publish = sh`
  : > "$hpckit_folder/.hpckit/used"
  chmod g+w -- "$hpckit_folder/.hpckit/used"
  hpckit_files "$hpckit_folder" > "$hpckit_folder/.hpckit/complete.part"
  mv -- "$hpckit_folder/.hpckit/complete.part" "$hpckit_folder/.hpckit/complete"
  if ! ln -sn -- "$hpckit_mine" "$hpckit_link" && ! hpckit_is_published; then
    if [ "$(hpckit_state "$hpckit_link")" = complete ]; then exit ${contentFolderExit.alreadyThere}; fi
    exit 1
  fi
  exit "$hpckit_end"
`;
